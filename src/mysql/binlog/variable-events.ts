import type { DecodeEvent } from './event.ts';

const INTVAR_TYPES = ['INVALID_INT_EVENT', 'LAST_INSERT_ID_EVENT', 'INSERT_ID_EVENT'];

/** INTVAR_EVENT, class Intvar_event: int<1> which   int<8> value */
export const intvarEvent: DecodeEvent = (c, fields) => {
  const which = c.u8('variable');
  fields.variable = INTVAR_TYPES[which] ?? `VARIABLE_${which}`;
  fields.value = c.u64('value');
};

/** RAND_EVENT, class Rand_event: int<8>, int<8> the generator's seeds */
export const randEvent: DecodeEvent = (c, fields) => {
  fields.seed1 = c.u64('seed1');
  fields.seed2 = c.u64('seed2');
};

const RESULT_TYPES = ['STRING_RESULT', 'REAL_RESULT', 'INT_RESULT', 'ROW_RESULT', 'DECIMAL_RESULT'];

/**
 * USER_VAR_EVENT, class User_var_event
 *
 *   int<4> length, name   int<1> is NULL
 *   if not:  int<1> type   int<4> character set   int<4> length, value   int<1> flags
 *
 * The value may be a password on its way into a statement: only its length is told.
 */
export const userVarEvent: DecodeEvent = (c, fields) => {
  fields.name = c.text('name', c.u32('nameLength'));
  fields.valueType = null;
  fields.valueLength = null;
  if (c.u8('isNull')) return;
  const type = c.u8('valueType');
  fields.valueType = RESULT_TYPES[type] ?? `RESULT_${type}`;
  c.skip('characterSet', 4);
  fields.valueLength = c.u32('valueLength');
};
