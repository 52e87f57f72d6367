/** Where the IP header within a tunnel's header `bytes[start, end)` starts, or NOT_IP. */
export type Tunnel = (bytes: Uint8Array, start: number, end: number) => number;
