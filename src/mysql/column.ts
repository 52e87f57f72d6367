/** A column of a result set, as far as it decides how its values are read and shown. */
export interface Column {
  readonly name: string;
  /** The wire's type byte, enum_field_types. */
  readonly type: number;
  readonly flags: number;
  /** Collation id. */
  readonly collation: number;
  readonly decimals: number;
  readonly columnLength: number;
  /** MariaDB's extended type information (json, uuid, inet6, point, …), or null. */
  readonly extended: string | null;
}
