#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "core/redact/finding.h"

namespace quarry::redact {

/// Finds keys, tokens and passwords by `secret_rules()`. Immutable once made; safe to share between threads.
class SecretFinder {
public:
    SecretFinder();
    ~SecretFinder();
    SecretFinder(const SecretFinder&) = delete;
    SecretFinder& operator=(const SecretFinder&) = delete;

    /// Appends what is found, in no particular order; findings may overlap. Linear in the text.
    void find(std::string_view text, std::vector<Finding>& findings) const;

private:
    struct Impl;
    std::unique_ptr<const Impl> impl_;
};

/// Shannon entropy of the bytes, in bits a byte.
[[nodiscard]] double byte_entropy(std::string_view bytes) noexcept;

/// Whether a value is one that stands for a secret in documentation ("your-api-key", "xxxxxxxx", "AKIA…EXAMPLE").
[[nodiscard]] bool looks_like_placeholder(std::string_view value);

}  // namespace quarry::redact
