#pragma once

#include <exception>
#include <string>
#include <string_view>
#include <vector>

namespace quarry {

/// What went wrong, as the process exit code that tells it apart. Documented in every man page: never renumber.
enum class ErrorCode : int {
    failed = 1,
    usage = 2,
    migrations_pending = 3,
    schema_drift = 4,
    migration_edited = 5,  ///< An applied migration was edited or is missing.
    migration_order = 6,   ///< Out of order or conflicting versions.
    locked = 7,
    lint_findings = 8,
    schema_newer = 9,  ///< The schema is newer than this binary.
    nothing_found = 10,
    some_inputs_failed = 11,
    below_threshold = 12,
    citation_unsupported = 13,
    provider_failed = 14,
    rate_limited = 15,
    budget_exceeded = 16,
    approval_pending = 17,  ///< A call of a tool waits for a person.
    base_away = 18,         ///< The server of the knowledge base went away, or cannot be reached.
    interrupted = 130,
};

/// The stable snake_case name of a code, as printed in JSON errors.
[[nodiscard]] std::string_view error_code_name(ErrorCode code) noexcept;

/// Whether the same may well succeed in a while: a lock, a server that is away or limits requests.
[[nodiscard]] bool passes(ErrorCode code) noexcept;

/// The one exception type of quarry: a code, what was being done, why it failed, and the cure if known.
///
/// `message` says what was attempted and on what (file, line, SQL, URL); `causes` go from near to far.
///
///     throw Error(ErrorCode::failed, fmt::format("cannot read {}", path), "check its permissions")
///         .because(std::strerror(errno));
class Error : public std::exception {
public:
    Error(ErrorCode code, std::string message, std::string hint = {});

    /// Adds a cause behind those already there; for chaining at the throw.
    [[nodiscard]] Error because(std::string cause) &&;
    /// Puts a wider message in front: the present message becomes the first cause.
    [[nodiscard]] Error while_doing(std::string message) &&;

    /// Puts another hint in place of the present one.
    [[nodiscard]] Error with_hint(std::string hint) &&;
    /// The same with another code.
    [[nodiscard]] Error with_code(ErrorCode code) &&;

    [[nodiscard]] ErrorCode code() const noexcept { return code_; }
    [[nodiscard]] const std::string& message() const noexcept { return message_; }
    [[nodiscard]] const std::vector<std::string>& causes() const noexcept { return causes_; }
    /// Empty when no cure is known.
    [[nodiscard]] const std::string& hint() const noexcept { return hint_; }
    /// Message and causes on one line, joined with ": ".
    [[nodiscard]] const char* what() const noexcept override { return what_.c_str(); }

private:
    void rebuild_what();

    ErrorCode code_;
    std::string message_;
    std::vector<std::string> causes_;
    std::string hint_;
    std::string what_;
};

}  // namespace quarry
