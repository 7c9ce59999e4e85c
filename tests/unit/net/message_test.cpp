#include "core/net/message.h"

#include <gtest/gtest.h>

namespace quarry::net {
namespace {

TEST(Message, HeadersAreFoundWhateverTheirCase) {
    const Request request{.target = "/a?b=c?d", .headers = {{"Content-TYPE", "text/plain"}, {"content-type", "other"}}};
    EXPECT_EQ(request.header("content-type"), "text/plain");
    EXPECT_EQ(request.header("content"), "");
    EXPECT_EQ(request.path(), "/a");
    EXPECT_EQ(request.query(), "b=c?d");
    Response response;
    response.set("ETag", "1");
    response.set("etag", "2");
    EXPECT_EQ(response.header("ETAG"), "2");
    EXPECT_EQ(response.headers.size(), 1U);
}

TEST(Message, PercentEncodings) {
    EXPECT_EQ(percent_decoded("a%20b+c%C3%a4"), "a b+c\xc3\xa4");
    EXPECT_EQ(percent_decoded("a+b", true), "a b");
    for (const char* bad : {"%", "a%2", "%zz", "%2g"}) EXPECT_EQ(percent_decoded(bad), std::nullopt) << bad;
}

TEST(Message, FormFields) {
    const auto fields = form_fields("a=1&b=%26+x&&c&=d");
    ASSERT_TRUE(fields.has_value());
    ASSERT_EQ(fields->size(), 4U);
    EXPECT_EQ((*fields)[1], std::pair(std::string("b"), std::string("& x")));
    EXPECT_EQ((*fields)[2], std::pair(std::string("c"), std::string()));
    EXPECT_EQ((*fields)[3], std::pair(std::string(), std::string("d")));
    EXPECT_EQ(form_fields("a=%"), std::nullopt);
}

TEST(Message, Dates) {
    EXPECT_EQ(http_date(std::chrono::system_clock::from_time_t(784'111'777)), "Sun, 06 Nov 1994 08:49:37 GMT");
}

}  // namespace
}  // namespace quarry::net
