#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace quarry::crypto {

/// Seals texts that somebody else keeps, such as a client: they can neither read nor change them, nor use them for
/// another purpose than the one they were sealed for. AES-256-GCM (NIST SP 800-38D) with this object's key.
/// Thread-safe.
class Sealer {
public:
    /// Makes the key. Throws Error(failed) if the system gives no random bytes.
    Sealer();
    /// With a key that others have too: 32 bytes. Throws Error(failed) for another length.
    explicit Sealer(std::string key);

    /// Base64url. `purpose` is authenticated, not included. Throws Error(failed).
    [[nodiscard]] std::string seal(std::string_view text, std::string_view purpose) const;
    /// Empty unless this object sealed it for the same purpose.
    [[nodiscard]] std::optional<std::string> open(std::string_view sealed, std::string_view purpose) const;

private:
    const std::string key_;
};

}  // namespace quarry::crypto
