const encoder = new TextEncoder();

export function utf8(text: string): Uint8Array<ArrayBuffer> {
  return encoder.encode(text);
}

/** Length in bytes once encoded. */
export function utf8Length(text: string): number {
  return utf8(text).length;
}
