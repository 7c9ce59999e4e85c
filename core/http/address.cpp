#include "core/http/address.h"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netdb.h>
#include <netinet/in.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <memory>

#include "core/http/client.h"

namespace quarry::http {
namespace {

struct Ipv4Range {
    std::uint32_t network;
    int bits;
};

constexpr std::uint32_t ipv4(std::uint32_t a, std::uint32_t b, std::uint32_t c, std::uint32_t d) {
    return a << 24U | b << 16U | c << 8U | d;
}

constexpr auto special_ipv4 = std::to_array<Ipv4Range>({
    {ipv4(0, 0, 0, 0), 8},        // this network
    {ipv4(10, 0, 0, 0), 8},       // private
    {ipv4(100, 64, 0, 0), 10},    // shared by a provider's customers
    {ipv4(127, 0, 0, 0), 8},      // this machine
    {ipv4(169, 254, 0, 0), 16},   // link-local; clouds give out credentials here
    {ipv4(172, 16, 0, 0), 12},    // private
    {ipv4(192, 0, 0, 0), 24},     // protocols
    {ipv4(192, 0, 2, 0), 24},     // documentation
    {ipv4(192, 88, 99, 0), 24},   // 6to4 relays
    {ipv4(192, 168, 0, 0), 16},   // private
    {ipv4(198, 18, 0, 0), 15},    // benchmarks
    {ipv4(198, 51, 100, 0), 24},  // documentation
    {ipv4(203, 0, 113, 0), 24},   // documentation
    {ipv4(224, 0, 0, 0), 4},      // multicast
    {ipv4(240, 0, 0, 0), 4},      // reserved, broadcast
});

bool is_public_ipv4(std::uint32_t address) noexcept {
    return std::none_of(special_ipv4.begin(), special_ipv4.end(), [address](const Ipv4Range& range) {
        return (address ^ range.network) >> static_cast<unsigned>(32 - range.bits) == 0;
    });
}

bool is_public_ipv6(const std::uint8_t* bytes) noexcept {
    const auto word = [bytes](int i) { return static_cast<unsigned>(bytes[2 * i]) << 8U | bytes[2 * i + 1]; };
    if (bytes[0] >> 5U != 1) return false;                     // only 2000::/3 is given out to hosts
    if (word(0) == 0x2001 && word(1) < 0x0200) return false;   // protocols: Teredo, ORCHID, benchmarks
    if (word(0) == 0x2001 && word(1) == 0x0DB8) return false;  // documentation
    if (word(0) == 0x2002) return false;                       // 6to4: an IPv4 address inside
    return word(0) != 0x3FFF || word(1) >= 0x1000;             // documentation
}

}  // namespace

bool is_public_address(const sockaddr& address) noexcept {
    if (address.sa_family == AF_INET) {
        return is_public_ipv4(ntohl(reinterpret_cast<const sockaddr_in*>(&address)->sin_addr.s_addr));
    }
    if (address.sa_family == AF_INET6) {
        return is_public_ipv6(reinterpret_cast<const sockaddr_in6*>(&address)->sin6_addr.s6_addr);
    }
    return false;
}

std::string address_text(const sockaddr& address) {
    std::array<char, NI_MAXHOST> text{};
    const socklen_t length = address.sa_family == AF_INET ? sizeof(sockaddr_in) : sizeof(sockaddr_in6);
    if (address.sa_family != AF_INET && address.sa_family != AF_INET6) return {};
    if (::getnameinfo(&address, length, text.data(), text.size(), nullptr, 0, NI_NUMERICHOST) != 0) return {};
    return text.data();
}

Error address_refused(std::string_view url, const std::string& address) {
    return Error(ErrorCode::provider_failed, fmt::format("will not connect to {}", url_without_credentials(url)),
                 "--allow-private allows pages on this machine and in private networks")
        .because(fmt::format("its address {} is not on the public internet", address));
}

std::string private_address_of(const std::string& host) {
    addrinfo hints{};
    hints.ai_socktype = SOCK_STREAM;
    addrinfo* found = nullptr;
    if (::getaddrinfo(host.c_str(), nullptr, &hints, &found) != 0) return {};
    const std::unique_ptr<addrinfo, decltype(&::freeaddrinfo)> all(found, &::freeaddrinfo);
    for (const addrinfo* each = all.get(); each != nullptr; each = each->ai_next) {
        if (!is_public_address(*each->ai_addr)) return address_text(*each->ai_addr);
    }
    return {};
}

}  // namespace quarry::http
