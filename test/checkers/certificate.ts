/** A certificate of its own making, for www.example.org, good until 2120. Its key is no secret. */

const key = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg176mXIj8kogwTct2
GIFeHzf3Ja+vweOFno04z23My2KhRANCAARLLmNt/mC1d+7Rvkb+IWLntDeEnTek
ucW9ahmOLOa7gIJniLRYZtr2Ch8MzZkOBDtGrJehpO76Kv2nAuQKZ4Gm
-----END PRIVATE KEY-----
`;

const cert = `-----BEGIN CERTIFICATE-----
MIIBcjCCARmgAwIBAgIBATAKBggqhkjOPQQDAjAaMRgwFgYDVQQDDA93d3cuZXhh
bXBsZS5vcmcwIBcNMjAwMTAxMDAwMDAwWhgPMjEyMDAxMDEwMDAwMDBaMBoxGDAW
BgNVBAMMD3d3dy5leGFtcGxlLm9yZzBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IA
BEsuY23+YLV37tG+Rv4hYue0N4SdN6S5xb1qGY4s5ruAgmeItFhm2vYKHwzNmQ4E
O0asl6Gk7voq/acC5ApngaajTjBMMA8GA1UdEwEB/wQFMAMBAf8wGgYDVR0RBBMw
EYIPd3d3LmV4YW1wbGUub3JnMB0GA1UdDgQWBBSOIXERvQTCCtz5Pu8tDFbO2ygM
mDAKBggqhkjOPQQDAgNHADBEAiBHEZ08zVpccywf4fAfYD7Bf2JEXqxPGhdOEMxa
di6kRwIgDbhxpB6IfCZDGHFEea/y4y/ZyMgpdfjHcE4P/tjElDI=
-----END CERTIFICATE-----
`;

export const certificate = { key, cert } as const;
