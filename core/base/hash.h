#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace quarry {

/// XXH3 128-bit as 32 lower-case hex digits: fast content addressing. Not collision-resistant against an attacker,
/// so what is stored under it compares the content before it is taken as the same.
[[nodiscard]] std::string content_hash(std::string_view bytes);

/// XXH3 64-bit: against damage, not against an attacker.
[[nodiscard]] std::uint64_t short_hash(std::string_view bytes);

/// SHA-256 (FIPS 180-4) as 64 lower-case hex digits: migration checksums and citations, which people compare.
[[nodiscard]] std::string sha256(std::string_view bytes);

/// The same of bytes that come in pieces.
class Sha256 {
public:
    Sha256();
    ~Sha256();
    Sha256(const Sha256&) = delete;
    Sha256& operator=(const Sha256&) = delete;

    void add(std::string_view bytes);
    /// Of all that was added. Once, at the end.
    [[nodiscard]] std::string digest();

private:
    struct State;
    std::unique_ptr<State> state_;
};

}  // namespace quarry
