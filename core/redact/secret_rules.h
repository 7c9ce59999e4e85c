#pragma once

#include <span>
#include <string_view>

namespace quarry::redact {

/// How one kind of secret is told. The ideas are those of gitleaks' rule set: a literal that must be there, a pattern
/// around it, and how random what it captures has to be.
struct SecretRule {
    std::string_view kind;      ///< Of the finding.
    std::string_view literals;  ///< Separated by spaces ('\x1f' stands for a space in one); in any case.
    /// RE2 syntax, matched from the literal on, within `longest_secret`. Group 1 is the secret.
    const char* pattern;
    double min_entropy = 0;  ///< Bits a byte, Shannon.
    /// Bytes that may stand before the literal and belong to the match: letters, digits and the like.
    std::size_t bytes_before = 0;
    bool after_word = false;          ///< Whether a letter, digit or underscore may stand right before the match.
    std::string_view not_after = {};  ///< What else may not.
};

[[nodiscard]] std::span<const SecretRule> secret_rules() noexcept;

/// The longest stretch that a rule's pattern may take in.
inline constexpr std::size_t longest_secret = 4096;

}  // namespace quarry::redact
