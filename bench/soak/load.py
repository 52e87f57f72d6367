"""Clean traffic of Python's drivers for soak.sh: load.py PORT SECONDS"""
import asyncio
import sys
import threading
import time

import aiomysql
import pymysql
import pymysql.cursors

PORT, SECONDS = int(sys.argv[1]), float(sys.argv[2])
UNTIL = time.monotonic() + SECONDS
SERVER = dict(host='127.0.0.1', port=PORT, user='app', password='not-a-secret')
PAUSE = 1


def unbuffered():
    connection = pymysql.connect(**SERVER, database='shop')
    while time.monotonic() < UNTIL:
        with connection.cursor(pymysql.cursors.SSCursor) as cursor:
            cursor.execute('SELECT n FROM numbers')
            cursor.fetchmany(10)
        with connection.cursor() as cursor:
            cursor.callproc('two_results')
            while cursor.nextset():
                pass
        connection.ping()
        time.sleep(PAUSE)
    connection.close()


async def pool():
    pool = await aiomysql.create_pool(**SERVER, db='shop', minsize=1, maxsize=4)

    async def one(n):
        async with pool.acquire() as connection:
            async with connection.cursor() as cursor:
                await cursor.execute('SELECT * FROM items WHERE id <= %s', (n,))
                await cursor.fetchall()
                await connection.commit()

    while time.monotonic() < UNTIL:
        await asyncio.gather(*(one(n) for n in range(6)))
        await asyncio.sleep(PAUSE)
    pool.close()
    await pool.wait_closed()


threads = [threading.Thread(target=unbuffered) for _ in range(2)]
for thread in threads:
    thread.start()
asyncio.run(pool())
for thread in threads:
    thread.join()
