// node provider.mjs PORT BOARD: a certified OpenID provider on the loopback with one client, the dashboard at BOARD.
import { Provider } from "oidc-provider";

const [port, board] = process.argv.slice(2);
const groups = { "henan-1": ["henan"], "nobody-1": [] };
const provider = new Provider(`http://127.0.0.1:${port}`, {
  clients: [
    {
      client_id: "board",
      client_secret: "secret-of-the-board-that-is-long-enough",
      redirect_uris: [`${board}/oauth2callback`],
      post_logout_redirect_uris: [`${board}/`],
      backchannel_logout_uri: `${board}/access/back-channel-logout`,
      backchannel_logout_session_required: true,
    },
  ],
  claims: { openid: ["sub"], profile: ["name", "groups"] },
  // Claims stand in the id token, not only in what is asked for afterwards.
  conformIdTokenClaims: false,
  cookies: { keys: ["of-a-test"] },
  features: { backchannelLogout: { enabled: true } },
  // It asks no address of this machine by itself.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
  pkce: { required: () => false },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ sub, name: sub, groups: groups[sub] ?? [] }) }),
});
provider.on("server_error", (_, error) => console.error(error));
provider.on("backchannel.error", (_, error) => console.error(error));
provider.listen(Number(port), "127.0.0.1", () => console.log("listens"));
