import type { Cursor } from '../../bytes/cursor.ts';
import type { Decode, Fields } from './message.ts';

/** Command_RPC, plugin/clone/include/clone.h */
const COMMANDS = ['', 'COM_INIT', 'COM_ATTACH', 'COM_REINIT', 'COM_EXECUTE', 'COM_ACK', 'COM_EXIT'];
const INIT = 1;
const ACK = 5;

/** Command_Response, plugin/clone/include/clone.h */
const RESPONSES = new Map([
  [1, 'COM_RES_LOCS'],
  [2, 'COM_RES_DATA_DESC'],
  [3, 'COM_RES_DATA'],
  [4, 'COM_RES_PLUGIN'],
  [5, 'COM_RES_CONFIG'],
  [6, 'COM_RES_COLLATION'],
  [7, 'COM_RES_PLUGIN_V2'],
  [8, 'COM_RES_CONFIG_V3'],
  [9, 'COM_RES_CONFIG_V4'],
  [99, 'COM_RES_COMPLETE'],
  [100, 'COM_RES_ERROR'],
]);

/** Storage engines that take part in a clone: MAX_CLONE_STORAGE_ENGINE. */
const MAX_LOCATORS = 16;
const NO_BACKUP_LOCK = 0x8000_0000;

/**
 * What the recipient sends once COM_CLONE was answered OK (clone_client.cc, serialize_init_cmd and
 * serialize_ack_cmd). Nothing of it is in the protocol's documentation.
 *
 *   int<1>   command
 *   COM_INIT, COM_ATTACH, COM_REINIT:  int<4> protocol version   int<4> DDL timeout   locators
 *   COM_ACK:  int<4> error code   locator   int<4> length  descriptor
 */
export const cloneCommand: Decode = (c, fields) => {
  const command = c.u8('command');
  fields.command = COMMANDS[command] || `COM_${command}`;
  if (command === ACK) {
    fields.errorCode = c.u32('errorCode');
    locators(c, fields, 1);
    fields.descriptorLength = c.u32('descriptorLength');
    c.skip('descriptor', fields.descriptorLength as number);
  } else if (command >= INIT && command < INIT + 3) {
    fields.protocolVersion = c.u32('protocolVersion');
    const timeout = c.u32('ddlTimeout');
    fields.ddlTimeout = timeout % NO_BACKUP_LOCK;
    fields.backupLock = timeout < NO_BACKUP_LOCK;
    locators(c, fields, MAX_LOCATORS);
  }
};

/**
 * What the donor answers with, until COM_RES_COMPLETE or COM_RES_ERROR (clone_server.cc).
 *
 *   int<1>   response
 *   COM_RES_LOCS:                  int<4> protocol version   locators
 *   COM_RES_DATA_DESC:             int<1> engine   int<1> locator's index   string<$> descriptor
 *   COM_RES_DATA:                  string<$> data
 *   COM_RES_PLUGIN, _COLLATION:    int<4> length  name
 *   COM_RES_CONFIG.., _PLUGIN_V2:  the same, and  int<4> length  value
 *   COM_RES_ERROR:                 int<4> error code   string<$> message
 */
export const cloneResponse: Decode = (c, fields) => {
  const response = c.u8('response');
  fields.response = RESPONSES.get(response) ?? `COM_RES_${response}`;
  switch (response) {
    case 1:
      fields.protocolVersion = c.u32('protocolVersion');
      locators(c, fields, MAX_LOCATORS);
      break;
    case 2:
      fields.engine = c.u8('engine');
      fields.locatorIndex = c.u8('locatorIndex');
      fields.descriptorLength = c.restLength;
      break;
    case 3:
      fields.dataLength = c.restLength;
      break;
    case 4:
    case 6:
      fields.name = c.text('name', c.u32('name length'));
      break;
    case 5:
    case 7:
    case 8:
    case 9:
      fields.name = c.text('name', c.u32('name length'));
      fields.value = c.text('value', c.u32('value length'));
      break;
    case 100:
      fields.errorCode = c.u32('errorCode');
      fields.message = c.restText('message');
      break;
  }
};

/** int<1> engine (legacy_db_type)   int<4> length  locator; each engine's own */
function locators(c: Cursor, fields: Fields, max: number): void {
  const list: { engine: number; length: number }[] = [];
  fields.locators = list;
  while (c.left > 0 && list.length < max) {
    const engine = c.u8('locator engine');
    const length = c.u32('locator length');
    c.skip('locator', length);
    list.push({ engine, length });
  }
}
