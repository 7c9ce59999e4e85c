#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "core/net/message.h"

namespace quarry::serve {

/// IP addresses and networks: "127.0.0.1", "10.0.0.0/8", "fd00::/8"; "loopback" is 127.0.0.0/8 and ::1.
class AddressSet {
public:
    AddressSet() = default;
    /// Throws Error(usage) for what is neither.
    explicit AddressSet(const std::vector<std::string>& texts);
    [[nodiscard]] bool contains(std::string_view address) const noexcept;
    [[nodiscard]] bool empty() const noexcept { return networks_.empty(); }

private:
    struct Network {
        std::array<unsigned char, 16> bytes{};  ///< IPv4 as ::ffff:a.b.c.d.
        int bits = 128;
    };
    std::vector<Network> networks_{};
};

/// Gives a request that one of `proxies` sent the address, the scheme and the Host of the client before it, by
/// X-Forwarded-For, -Proto and -Host, or by Forwarded (RFC 7239) where X-Forwarded-For is not there. Of several
/// addresses the last one counts that is no proxy: those before it are what the client says. From others the fields
/// mean nothing.
void apply_forwarded(net::Request& request, const AddressSet& proxies);

/// By what an address is limited: itself, or its network of 64 bits, all of which one client can have in IPv6.
[[nodiscard]] std::string network_of(std::string_view address);

}  // namespace quarry::serve
