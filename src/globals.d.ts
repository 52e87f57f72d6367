// The few web-standard globals the core uses; declared here because the core is compiled without
// Node's types (tsconfig.core.json) and without the DOM's.

interface TextDecoderOptions {
  fatal?: boolean;
  ignoreBOM?: boolean;
}
declare class TextDecoder {
  constructor(label?: string, options?: TextDecoderOptions);
  decode(input?: Uint8Array): string;
}
declare function btoa(binary: string): string;
