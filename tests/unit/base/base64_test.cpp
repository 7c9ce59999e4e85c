#include "core/base/base64.h"

#include <gtest/gtest.h>

namespace quarry {
namespace {

TEST(Base64, WritesAndReadsWhatTheRfcDoes) {
    // RFC 4648, section 10.
    for (const auto& [bytes, text] :
         {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="), std::pair("foo", "Zm9v"),
          std::pair("foob", "Zm9vYg=="), std::pair("fooba", "Zm9vYmE="), std::pair("foobar", "Zm9vYmFy")}) {
        EXPECT_EQ(to_base64(bytes), text);
        EXPECT_EQ(from_base64(text), bytes);
    }
    std::string all;
    for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
    EXPECT_EQ(from_base64(to_base64(all)), all);
}

TEST(Base64, RefusesWhatIsNotWrittenSo) {
    for (const char* const text : {"Zg", "Zg=", "Zh==", "Z", "Zg==Zg==", "Zm9v\n", "Zm-_", "====", " Zm9v"}) {
        EXPECT_EQ(from_base64(text), std::nullopt) << text;
    }
}

}  // namespace
}  // namespace quarry
