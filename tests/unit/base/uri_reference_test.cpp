#include "core/base/uri_reference.h"

#include <gtest/gtest.h>

namespace quarry {
namespace {

/// RFC 3986, 5.4.
TEST(UriReference, IsResolvedAsTheStandardSays) {
    const auto resolved = [](std::string_view reference) {
        return resolve_uri_reference("http://a/b/c/d;p?q", reference);
    };
    EXPECT_EQ(resolved("g:h"), "g:h");
    EXPECT_EQ(resolved("g"), "http://a/b/c/g");
    EXPECT_EQ(resolved("./g/"), "http://a/b/c/g/");
    EXPECT_EQ(resolved("/g"), "http://a/g");
    EXPECT_EQ(resolved("//g"), "http://g");
    EXPECT_EQ(resolved("?y"), "http://a/b/c/d;p?y");
    EXPECT_EQ(resolved("g?y"), "http://a/b/c/g?y");
    EXPECT_EQ(resolved(""), "http://a/b/c/d;p?q");
    EXPECT_EQ(resolved("."), "http://a/b/c/");
    EXPECT_EQ(resolved(".."), "http://a/b/");
    EXPECT_EQ(resolved("../../../g"), "http://a/g");
    EXPECT_EQ(resolve_uri_reference("", "a/../b"), "a/../b");
    EXPECT_EQ(resolve_uri_reference("urn:example:a", ""), "urn:example:a");
    EXPECT_EQ(resolve_uri_reference("http://a", "b"), "http://a/b");
}

}  // namespace
}  // namespace quarry
