interface IdleLimit {
  readonly seconds: number;
  readonly of: string;
}

/** After how many seconds without a byte what stands between closes or forgets a connection, unless told otherwise. */
export const IDLE_LIMITS: readonly IdleLimit[] = [
  { seconds: 50, of: 'HAProxy’s timeout client and server in many examples' },
  { seconds: 60, of: 'AWS Classic Load Balancer; HAProxy’s timeouts in many configurations' },
  { seconds: 240, of: 'Azure Load Balancer and NAT Gateway' },
  { seconds: 300, of: 'F5 BIG-IP' },
  { seconds: 350, of: 'AWS Network Load Balancer and NAT gateway' },
  { seconds: 600, of: 'nginx’s proxy_timeout; Google Cloud’s firewall' },
  { seconds: 900, of: 'IPVS, so kube-proxy and Docker Swarm' },
  { seconds: 1800, of: 'RDS Proxy' },
  { seconds: 3600, of: 'firewalls of Cisco, Palo Alto and Fortinet; Envoy' },
  { seconds: 432_000, of: 'Linux’s connection tracking' },
];
