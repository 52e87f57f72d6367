import type { Frame } from '../capture/frame.ts';

/** A peer's word that something is wrong, or that it will send no more (close_notify). */
export interface TlsAlert {
  readonly fromClient: boolean;
  readonly isFatal: boolean;
  /** Its name in the registry "TLS Alerts", or its number. */
  readonly description: string;
  readonly frame: Frame;
}

const FATAL = 2;
export const ALERT_BYTES = 2;

const DESCRIPTIONS = new Map<number, string>([
  [0, 'close_notify'],
  [10, 'unexpected_message'],
  [20, 'bad_record_mac'],
  [21, 'decryption_failed'],
  [22, 'record_overflow'],
  [30, 'decompression_failure'],
  [40, 'handshake_failure'],
  [41, 'no_certificate'],
  [42, 'bad_certificate'],
  [43, 'unsupported_certificate'],
  [44, 'certificate_revoked'],
  [45, 'certificate_expired'],
  [46, 'certificate_unknown'],
  [47, 'illegal_parameter'],
  [48, 'unknown_ca'],
  [49, 'access_denied'],
  [50, 'decode_error'],
  [51, 'decrypt_error'],
  [70, 'protocol_version'],
  [71, 'insufficient_security'],
  [80, 'internal_error'],
  [86, 'inappropriate_fallback'],
  [90, 'user_canceled'],
  [100, 'no_renegotiation'],
  [109, 'missing_extension'],
  [110, 'unsupported_extension'],
  [112, 'unrecognized_name'],
  [113, 'bad_certificate_status_response'],
  [115, 'unknown_psk_identity'],
  [116, 'certificate_required'],
  [120, 'no_application_protocol'],
]);

/** u8 level  u8 description (RFC 8446, section 6); null where it is something else. */
export function decodeAlert(
  fromClient: boolean,
  bytes: Uint8Array,
  start: number,
  end: number,
  frame: Frame,
): TlsAlert | null {
  if (end - start !== ALERT_BYTES) return null;
  const code = bytes[start + 1]!;
  const description = DESCRIPTIONS.get(code) ?? `alert ${code}`;
  return { fromClient, isFatal: bytes[start] === FATAL, description, frame };
}
