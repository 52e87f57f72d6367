import type { Command } from './command.ts';

/**
 * COM_REGISTER_SLAVE, mariadb.com/kb/en/com_register_slave
 *
 *   int<1>  0x15
 *   int<4>  server id
 *   int<1> length, host name    int<1> length, user    int<1> length, password: what the replica reports
 *   int<2>  port   int<4> rank   int<4> source id: 0
 */
export const comRegisterSlave: Command = {
  code: 0x15,
  name: 'COM_REGISTER_SLAVE',
  reply: 'ok',
  decode: (c, fields) => {
    c.skip('command', 1);
    fields.serverId = c.u32('serverId');
    fields.hostname = c.text('hostname', c.u8('hostnameLength'));
    fields.user = c.text('user', c.u8('userLength'));
    const passwordLength = c.u8('passwordLength');
    fields.passwordLength = passwordLength;
    c.skip('password', passwordLength);
    fields.port = c.u16('port');
    fields.rank = c.u32('rank');
    fields.masterId = c.u32('masterId');
    c.ends();
  },
};
