import { type Frame, lapseBetween, timeText } from '../capture/frame.ts';
import type { Column } from '../mysql/column.ts';
import { collationName } from '../mysql/constants/collations.ts';
import { columnFlagNames, columnTypeName } from '../mysql/constants/column-types.ts';
import type { Query, Response, ResultSet } from '../mysql/query.ts';
import { type OutputRecord, relative } from './records.ts';

export function queryRecord(query: Query, first: Frame | null): OutputRecord {
  const { frame, lastFrame, responses } = query;
  const [response, ...more] = responses;
  const answered = response!.frame;
  const ended = responses.at(-1)!.lastFrame;
  return {
    connection: query.connection,
    frame: frame.number,
    time: timeText(frame),
    relative: relative(frame, first),
    command: query.command,
    sql: query.sql,
    params: query.params,
    paramsBase64: query.paramsBase64,
    attributes: query.attributes,
    fingerprint: null,
    digest: null,
    user: query.user,
    database: query.database,
    timeToFirstByte:
      answered === null || response!.startMissing ? null : lapseBetween(lastFrame, answered),
    duration: ended === null ? null : lapseBetween(lastFrame, ended),
    response: { ...responseRecord(response!), moreResults: more.map(responseRecord) },
    complete: query.complete,
  };
}

function responseRecord(response: Response): OutputRecord {
  return {
    kind: response.kind,
    frame: response.frame?.number ?? null,
    lastFrame: response.lastFrame?.number ?? null,
    rows: response.rows,
    columns: response.columns?.map(({ name }) => name) ?? null,
    affectedRows: response.affectedRows,
    lastInsertId: response.lastInsertId,
    warnings: response.warnings,
    info: response.info,
    error: response.error,
  };
}

export function resultRecord(result: ResultSet): OutputRecord {
  const { connection, frame, sql, response, complete } = result;
  return {
    connection,
    frame: frame.number,
    sql,
    columns: response.columns?.map(columnRecord) ?? null,
    rows: response.values,
    rowsBase64: rowsBase64(response),
    rowCount: response.rows,
    complete,
  };
}

function rowsBase64({ values, base64 }: Response): unknown[] | null {
  return base64 === undefined ? null : values.map((_, row) => base64.get(row) ?? null);
}

function columnRecord({ name, type, collation, columnLength, flags, decimals }: Column) {
  return {
    name,
    type: columnTypeName(type),
    collation: collation === null ? null : collationName(collation),
    columnLength,
    flags: columnFlagNames(flags),
    decimals,
  };
}
