import type { Fields } from '../mysql/messages/message.ts';
import { valueText } from './value-text.ts';

/** What a reader of the list wants to see of a packet, by its type. One line adds a type. */
const INFO: Readonly<Record<string, (fields: Fields) => string>> = {
  HandshakeV10: (f) =>
    `${show(f.serverVersion)} connection ${show(f.connectionId)} ${show(f.authPlugin)}`,
  HandshakeV9: (f) => `${show(f.serverVersion)} connection ${show(f.connectionId)}`,
  HandshakeResponse41: (f) =>
    `user ${show(f.user)} database ${show(f.database)} ${show(f.authPlugin)}`,
  HandshakeResponse320: (f) => `user ${show(f.user)} database ${show(f.database)}`,
  AuthSwitchRequest: (f) => show(f.authPlugin),
  AuthNextFactor: (f) => show(f.authPlugin),
  AuthMoreData: (f) => String(f.step ?? f.prompt ?? ''),
  AuthData: (f) => `${f.kind ?? ''}${f.cleartext ? ' in the clear' : ''}`,
  OK: (f) => `affected ${show(f.affectedRows)} warnings ${show(f.warnings)} ${show(f.info)}`,
  ERR: (f) => `${show(f.code)} ${show(f.sqlState)} ${show(f.message)}`,
  EOF: (f) => `warnings ${show(f.warnings)}`,
  Progress: (f) =>
    `stage ${show(f.stage)} of ${show(f.maxStage)} ${show(f.percent)} % ${show(f.info)}`,
  ColumnCount: (f) => `${show(f.columns)} columns`,
  ColumnDefinition: (f) => `${show(f.name)} ${show(f.columnType)}`,
  TextRow: rowText,
  BinaryRow: rowText,
  StmtPrepareOK: (f) =>
    `statement ${show(f.statementId)}, ${show(f.parameters)} parameters, ${show(f.columns)} columns`,
  LocalInfileRequest: (f) => show(f.fileName),
  Statistics: (f) => show(f.text),
  CloneCommand: (f) => show(f.command),
  CloneResponse: (f) => show(f.response),
  BinlogEvent: binlogText,
  SemiSyncAck: positionText,
  COM_QUERY: (f) => show(f.sql),
  COM_INIT_DB: (f) => show(f.schema),
  COM_CREATE_DB: (f) => show(f.schema),
  COM_DROP_DB: (f) => show(f.schema),
  COM_FIELD_LIST: (f) => `${show(f.table)} ${show(f.wildcard)}`,
  COM_CHANGE_USER: (f) => `user ${show(f.user)} database ${show(f.database)} ${show(f.authPlugin)}`,
  COM_PROCESS_KILL: (f) => `connection ${show(f.connectionId)}`,
  COM_SET_OPTION: (f) => show(f.option),
  COM_STMT_PREPARE: (f) => show(f.sql),
  COM_STMT_EXECUTE: executeText,
  COM_STMT_BULK_EXECUTE: executeText,
  COM_STMT_FETCH: (f) => `${statementText(f)}, ${show(f.rows)} rows`,
  COM_STMT_SEND_LONG_DATA: (f) =>
    `${statementText(f)}, parameter ${show(f.parameter)}, ${show(f.dataLength)} bytes`,
  COM_STMT_RESET: statementText,
  COM_STMT_CLOSE: statementText,
  COM_BINLOG_DUMP: positionText,
  COM_BINLOG_DUMP_GTID: (f) => show(f.gtidSet),
  COM_REGISTER_SLAVE: (f) => `server ${show(f.serverId)}`,
};

export function packetInfo(type: string, fields: Fields): string {
  return INFO[type]?.(fields) ?? '';
}

/** Without --rows there are no values; those of a binary row cannot be told without its columns' definitions. */
function rowText({ values }: Fields): string {
  if (values === undefined) return '';
  return values === null ? 'not decoded: no column definitions' : valueText(values);
}

function statementText({ statementId, sql }: Fields): string {
  return sql === null || sql === undefined ? `statement ${show(statementId)}` : show(sql);
}

function executeText(fields: Fields): string {
  const { parameters } = fields;
  const isEmpty = !Array.isArray(parameters) || parameters.length === 0;
  return isEmpty ? statementText(fields) : `${statementText(fields)}  ${valueText(parameters)}`;
}

function positionText({ fileName, position }: Fields): string {
  return `${show(fileName)} ${show(position)}`;
}

function binlogText(fields: Fields): string {
  const { eventType, gtid, sql, nextFile, fileName, schema, table, rows } = fields;
  const name = show(eventType);
  if (table !== undefined) return `${name} ${show(schema)}.${show(table)}`;
  if (rows !== undefined) return `${name} ${show(rows)} rows`;
  const about = gtid ?? sql ?? nextFile ?? fileName;
  return about === undefined ? name : `${name} ${show(about)}`;
}

function show(value: unknown): string {
  return value === undefined || value === null ? '-' : String(value);
}
