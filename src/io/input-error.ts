/** Input that cannot be read or unpacked; the message is a sentence for people. */
export class InputError extends Error {}

/** A file that has more, and was not read on because of a signal. */
export class Interrupted extends InputError {}

/** Something is wrong with input of which all was read. */
export class ReadToEnd extends InputError {}
