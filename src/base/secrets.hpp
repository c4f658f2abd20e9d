#pragma once

#include <string>
#include <string_view>

namespace rev::base {

/// `text` with `***` in place of what is a secret by where it stands: between `user:` and `@` of a URL of any scheme,
/// and behind `=` of a name that says so (`password=...` of a URL, a connection string or an environment variable, with
/// or without quotes). Nothing else is touched. For every text that may repeat what somebody typed or configured.
[[nodiscard]] std::string hide_secrets(std::string_view text);

/// The same for one argument of a command line: a URL in it goes on to its end, whatever it holds.
[[nodiscard]] std::string hide_secrets_in_argument(std::string_view argument);

/// The same for a line of a configuration file, where the value of a `name: value` is hidden too.
[[nodiscard]] std::string hide_secrets_in_setting(std::string_view line);

/// Whether a name says that its value is a secret: password, passwd, passphrase, pwd, secret, token, credential, API
/// key or private key in it, in any case; pw or pass as one of the words that `_` joins.
[[nodiscard]] bool is_secret_name(std::string_view name);

}  // namespace rev::base
