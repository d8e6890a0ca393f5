/** A dialog whose code is loaded when it is opened first, so that no page waits for what most readers never open. */
import type { ComponentType } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useSay } from "./say.tsx";

interface Closable {
  readonly onClose: () => void;
}

export function laterDialog<Props extends Closable>(
  load: () => Promise<{ readonly default: ComponentType<Props> }>,
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  return function Later(props: Props) {
    const [, draw] = useState(false);
    const say = useSay();
    useEffect(() => {
      if (loaded) return;
      load().then(
        (found) => {
          loaded = found.default;
          draw(true);
        },
        () => {
          props.onClose();
          say("The server can't be reached, or has been renewed since.");
        },
      );
    }, []);
    const Loaded = loaded;
    return Loaded ? <Loaded {...props} /> : null;
  };
}
