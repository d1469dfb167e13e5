import { parseArgs } from 'node:util';
import { roleSchema } from '@folkmoot/contract';
import { signMemberToken } from '../src/auth/member-tokens.ts';
import { findAuthSecret } from '../src/configuration/auth-secret.ts';
import { readConfiguration } from '../src/configuration/read-configuration.ts';

const usage = `Prints a token, signed with AUTH_SECRET or with the secret that a server at home keeps in DATA_DIR.

  pnpm run token --sub ID [--role member|moderator|admin] [--name NAME] [--username NAME] [--expires 30d]

--expires takes a number and s, m, h or d; a day by default.`;

const unitMs = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const;

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      sub: { type: 'string' },
      role: { type: 'string' },
      name: { type: 'string' },
      username: { type: 'string' },
      expires: { type: 'string', default: '1d' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) {
    process.stdout.write(`${usage}\n`);
    return;
  }
  if (!values.sub) throw new Error(usage);
  const role = roleSchema.optional().safeParse(values.role);
  if (!role.success) throw new Error(`--role must be member, moderator or admin.\n\n${usage}`);

  const configuration = readConfiguration(process.env);
  const { authSecret, authIssuer: issuer, authAudience: audience } = configuration;
  const secret = authSecret ?? (await findAuthSecret(configuration.dataDir));
  if (secret === undefined) {
    throw new Error(
      `There is no secret in ${configuration.dataDir}: start the server first, or set DATA_DIR or AUTH_SECRET to those of the server.`,
    );
  }
  const issuedAt = new Date();
  const token = await signMemberToken(secret, {
    sub: values.sub,
    issuer,
    audience,
    issuedAt,
    expiresAt: new Date(issuedAt.getTime() + durationMs(values.expires)),
    ...(role.data === undefined ? {} : { role: role.data }),
    ...(values.name === undefined ? {} : { name: values.name }),
    ...(values.username === undefined ? {} : { username: values.username }),
  });
  console.log(token);
}

function durationMs(text: string): number {
  const [, digits, unit] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  if (unit !== 's' && unit !== 'm' && unit !== 'h' && unit !== 'd')
    throw new Error(`--expires is not valid.\n\n${usage}`);
  return Number(digits) * unitMs[unit];
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
