// What shows nothing: white space, what Unicode says to ignore, format characters, and two symbols that draw no ink
// (the blank of Braille, the null notehead of musical notation).
const visible = /[^\p{White_Space}\p{Default_Ignorable_Code_Point}\p{Cf}\u2800\u{1d159}]/u;

/** Whether a reader sees anything of the text at all. */
export function hasVisibleCharacter(text: string): boolean {
  return visible.test(text);
}
