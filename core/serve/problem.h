#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/error.h"
#include "core/net/message.h"

namespace quarry::serve {

/// What is wrong with a value of a request.
struct ValueProblem {
    std::vector<std::string> place{};  ///< Where it stands: {"body", "limit"}, {"query", "after"}, {"path", "run"}.
    std::string message{};             ///< "must be at least 1"
    std::string type{};                ///< For programs: missing, type, range, choice, unknown, format or invalid.
};

/// A response as application/problem+json (RFC 9457): type, title, status, detail, and `errors` with loc, msg and type
/// where there are any.
[[nodiscard]] net::Response problem(int status, std::string_view detail, const std::vector<ValueProblem>& errors = {});

/// A problem that JsonSchema tells of, "/a/0: must be …", with its place behind `place`.
[[nodiscard]] ValueProblem problem_in(std::vector<std::string> place, std::string_view problem);

/// An error as those may read it who do not own the server: one that is about the request as it is, another without
/// what tells of the server. Each of `hidden`, the server's folders, is replaced by "…".
[[nodiscard]] Error public_error(const Error& error, const std::vector<std::string>& hidden);

/// An error that may be read by all as a response, with its code and its hint.
[[nodiscard]] net::Response problem_of(const Error& error);

/// Said, with 503, of an agent that is not run.
inline constexpr std::string_view too_many_agents = "the server runs as many agents as it may; try again";

/// The HTTP status that stands for a code.
[[nodiscard]] int status_of(ErrorCode code) noexcept;

}  // namespace quarry::serve
