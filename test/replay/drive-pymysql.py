"""Connects, runs the statements that come on stdin, and prints the text of each exception, or null."""

import json
import select
import sys

import pymysql


def attempt(action):
    text = None
    try:
        action()
    except Exception as error:
        text = str(error)
    print(json.dumps(text), flush=True)


class Connection(pymysql.connections.Connection):
    """Sends no statement of its own."""

    def set_character_set(self, *_):
        """PyMySQL 1.1 and newer call this when they have connected."""


def connect():
    global connection
    connection = Connection(
        host="127.0.0.1",
        autocommit=None,
        connect_timeout=31536000,
        ssl_disabled=True,
        **json.loads(sys.argv[1]),
    )


def execute(turn):
    if turn["afterClose"] and connection.open:
        select.select([connection._sock], [], [])
    connection.cursor().execute(turn["sql"])


connection = None
attempt(connect)
for line in sys.stdin:
    attempt(lambda: execute(json.loads(line)))
