/** What the edge of a table cuts. Half a number reads as another number, so it is not shown until all of it is. */
import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

interface Cut {
  /** Which columns are cut, by their places. */
  readonly columns: readonly number[];
  /** Whether the table goes on beyond its right edge. */
  readonly goesOn: boolean;
}

const NOTHING: Cut = { columns: [], goesOn: false };
/** Widths are fractions of pixels. */
const TOLERANCE_PX = 1;

/** @param scroll the part of the page in which the table scrolls sideways. */
export function useCut(scroll: RefObject<HTMLElement>): Cut {
  const [cut, setCut] = useState(NOTHING);
  useLayoutEffect(() => {
    const element = scroll.current!;
    const look = () => {
      const next = seen(element);
      setCut((last) => (last.goesOn === next.goesOn && `${last.columns}` === `${next.columns}` ? last : next));
    };
    const sizes = new ResizeObserver(look);
    sizes.observe(element);
    sizes.observe(element.querySelector("table")!);
    element.addEventListener("scroll", look, { passive: true });
    return () => {
      sizes.disconnect();
      element.removeEventListener("scroll", look);
    };
  }, []);
  return cut;
}

function seen(scroll: HTMLElement): Cut {
  const goesOn = scroll.scrollLeft + scroll.clientWidth < scroll.scrollWidth - TOLERANCE_PX;
  if (scroll.scrollWidth <= scroll.clientWidth) return NOTHING;
  const { left: from, right } = scroll.getBoundingClientRect();
  // What stays at the edge lies over what passes below it.
  const to = scroll.querySelector("thead .acts")?.getBoundingClientRect().left ?? right;
  const columns = [...scroll.querySelectorAll("thead :is(th, td)")].flatMap((head, place) => {
    const box = head.getBoundingClientRect();
    const isCut = box.left < from - TOLERANCE_PX || box.right > to + TOLERANCE_PX;
    return isCut && box.width <= to - from && head.matches("th.number, .heat th") ? place : [];
  });
  return { columns, goesOn };
}
