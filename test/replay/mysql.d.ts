/** mysqljs/mysql has no types of its own; of its API, what the replay uses. */
declare module 'mysql' {
  type Done = (error: Error | null) => void;

  interface Connection {
    connect(done: Done): void;
    query(sql: string, done: Done): void;
    on(event: 'error', listener: (error: Error) => void): void;
    destroy(): void;
  }

  export function createConnection(options: {
    host: string;
    port: number;
    user: string;
    password: string;
    database: string;
    connectTimeout: number;
  }): Connection;
}
