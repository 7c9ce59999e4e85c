#include "core/http/address.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>

namespace quarry::http {
namespace {

struct AddressCase {
    const char* address;
    bool is_public;
};

class AddressTest : public ::testing::TestWithParam<AddressCase> {};

TEST_P(AddressTest, tells_public_from_special) {
    const std::string text = GetParam().address;
    sockaddr_storage storage{};
    auto& address = reinterpret_cast<sockaddr&>(storage);
    if (text.find(':') == std::string::npos) {
        auto& in = reinterpret_cast<sockaddr_in&>(storage);
        in.sin_family = AF_INET;
        ASSERT_EQ(::inet_pton(AF_INET, text.c_str(), &in.sin_addr), 1);
    } else {
        auto& in = reinterpret_cast<sockaddr_in6&>(storage);
        in.sin6_family = AF_INET6;
        ASSERT_EQ(::inet_pton(AF_INET6, text.c_str(), &in.sin6_addr), 1);
    }
    EXPECT_EQ(is_public_address(address), GetParam().is_public) << text;
    EXPECT_FALSE(address_text(address).empty());
}

INSTANTIATE_TEST_SUITE_P(
    All, AddressTest,
    ::testing::Values(
        AddressCase{"1.1.1.1", true}, AddressCase{"9.255.255.255", true}, AddressCase{"11.0.0.0", true},
        AddressCase{"100.63.255.255", true}, AddressCase{"100.128.0.0", true}, AddressCase{"172.15.0.1", true},
        AddressCase{"172.32.0.1", true}, AddressCase{"192.0.1.1", true}, AddressCase{"198.20.0.1", true},
        AddressCase{"223.255.255.255", true}, AddressCase{"2606:4700::1111", true},
        AddressCase{"2001:4860::8888", true}, AddressCase{"0.0.0.0", false}, AddressCase{"0.1.2.3", false},
        AddressCase{"10.1.2.3", false}, AddressCase{"100.64.0.1", false}, AddressCase{"127.0.0.1", false},
        AddressCase{"127.255.0.1", false}, AddressCase{"169.254.169.254", false}, AddressCase{"172.16.0.1", false},
        AddressCase{"172.31.255.255", false}, AddressCase{"192.0.0.8", false}, AddressCase{"192.88.99.1", false},
        AddressCase{"192.168.1.1", false}, AddressCase{"198.18.0.1", false}, AddressCase{"198.19.255.255", false},
        AddressCase{"203.0.113.7", false}, AddressCase{"224.0.0.1", false}, AddressCase{"240.0.0.1", false},
        AddressCase{"255.255.255.255", false}, AddressCase{"::", false}, AddressCase{"::1", false},
        AddressCase{"::ffff:8.8.8.8", false}, AddressCase{"::ffff:127.0.0.1", false},
        AddressCase{"64:ff9b::7f00:1", false}, AddressCase{"64:ff9b:1::1", false}, AddressCase{"2002:7f00:1::", false},
        AddressCase{"2001::1", false}, AddressCase{"2001:db8::1", false}, AddressCase{"fe80::1", false},
        AddressCase{"fc00::1", false}, AddressCase{"fd12::1", false}, AddressCase{"ff02::1", false},
        AddressCase{"3fff::1", false}, AddressCase{"fec0::1", false}, AddressCase{"100::1", false}),
    [](const auto& row) { return std::to_string(row.index); });

TEST(AddressTest, finds_private_addresses_in_any_form_that_a_host_can_have) {
    for (const char* host : {"127.0.0.1", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "localhost", "::1",
                             "::ffff:127.0.0.1", "10.0.0.1"}) {
        EXPECT_NE(private_address_of(host), "") << host;
    }
    EXPECT_EQ(private_address_of("1.1.1.1"), "");
    EXPECT_EQ(private_address_of("no-such-host.invalid"), "") << "a proxy may know it";
}

}  // namespace
}  // namespace quarry::http
