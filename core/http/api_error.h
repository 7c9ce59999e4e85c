#pragma once

#include <chrono>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "core/base/error.h"
#include "core/http/client.h"

namespace quarry::http {

/// What a server said about its refusal, for people: the message of a JSON error body in the shapes that model
/// servers use, the title of a web page, or the beginning of the text. One line without terminal controls, at most
/// 300 characters; empty when it said nothing.
[[nodiscard]] std::string server_words(std::string_view body);

/// Whether a 429 says that a quota or credit is used up, rather than that requests come too fast.
[[nodiscard]] bool is_quota_used_up(const HttpResponse& response);

/// How long a server wants to be left alone by the words of its body: Google's RetryInfo. Nothing when it does not say.
[[nodiscard]] std::optional<std::chrono::milliseconds> asked_delay(const HttpResponse& response);

/// `text` with every occurrence of a secret replaced: servers echo keys in their messages.
[[nodiscard]] std::string without_secret(std::string_view text, std::string_view secret);
[[nodiscard]] Error without_secret(const Error& error, std::string_view secret);

/// The same of a key and of headers' values: not of those that are too short for a secret, such as "true".
[[nodiscard]] Error without_secrets(const Error& error, std::string_view key,
                                    std::span<const std::pair<std::string, std::string>> headers);

/// The error for an answer whose status is not 2xx: rate_limited for 429, else provider_failed; with the status,
/// the server's words without `secret`, and a hint. `doing` says what was attempted, such as "cannot embed";
/// `where` is the hint for a 404, which mostly is a wrong address.
[[nodiscard]] Error api_error(std::string_view doing, std::string_view url, const HttpResponse& response,
                              std::string_view secret, std::string_view where);

}  // namespace quarry::http
