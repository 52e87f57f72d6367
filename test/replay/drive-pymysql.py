"""
Does what comes on stdin, one thing a line, and prints the text of each exception, or null: an account connects, a turn
is a statement to execute, null closes.
"""

import json
import select
import sys

import pymysql


class Connection(pymysql.connections.Connection):
    """Sends no statement of its own."""

    def set_character_set(self, *_):
        """PyMySQL 1.1 and newer call this when they have connected."""


def connect(account):
    global connection
    connection = Connection(
        host="127.0.0.1",
        autocommit=None,
        connect_timeout=31536000,
        ssl_disabled=True,
        **account,
    )


def execute(turn):
    if turn["afterClose"] and connection.open:
        select.select([connection._sock], [], [])
    connection.cursor().execute(turn["sql"])


def close():
    """Without COM_QUIT, as when the process ends."""
    global connection
    if connection is not None:
        connection._force_close()
    connection = None


def attempt(what):
    try:
        if what is None:
            close()
        elif "sql" in what:
            execute(what)
        else:
            connect(what)
    except Exception as error:
        return str(error)
    return None


connection = None
for line in sys.stdin:
    print(json.dumps(attempt(json.loads(line))), flush=True)
