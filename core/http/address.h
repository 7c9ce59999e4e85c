#pragma once

#include <sys/socket.h>

#include <string>
#include <string_view>

#include "core/base/error.h"

namespace quarry::http {

/// Whether an address is one that machines on the public internet have.
///
/// It is not when it is of this machine, of a private network, link-local, shared by a provider's customers (CGNAT),
/// multicast, reserved or for documentation; nor when it carries an IPv4 address inside (mapped, NAT64, 6to4,
/// Teredo), since that may be any of these. After IANA's registries of special-purpose addresses (RFC 6890).
[[nodiscard]] bool is_public_address(const sockaddr& address) noexcept;

/// The address as text, without port; "" for none of IPv4 and IPv6.
[[nodiscard]] std::string address_text(const sockaddr& address);

/// The first address of a host that is not public, as text: the host is such an address itself, in any form that name
/// look-ups take ("127.1", "0x7f000001"), or the look-up gives one. Empty when all are public, or the name is not
/// known here. May take as long as a look-up does.
[[nodiscard]] std::string private_address_of(const std::string& host);

/// What a request fails with when the URL's host has an address that is not public.
[[nodiscard]] Error address_refused(std::string_view url, const std::string& address);

}  // namespace quarry::http
