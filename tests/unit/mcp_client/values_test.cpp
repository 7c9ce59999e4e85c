#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <filesystem>
#include <nlohmann/json.hpp>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/mcp_client/credentials.h"
#include "core/mcp_client/form_encoding.h"
#include "core/mcp_client/oauth_metadata.h"
#include "core/mcp_client/param_headers.h"
#include "core/mcp_client/trust.h"

namespace quarry::mcp_client {
namespace {

using ::testing::HasSubstr;
using OrderedJson = nlohmann::ordered_json;

TEST(HeaderValue, AnythingFits) {
    EXPECT_EQ(header_value("us west 1"), "us west 1");
    EXPECT_EQ(header_value(""), "");
    EXPECT_EQ(header_value(" padded "), "=?base64?IHBhZGRlZCA=?=");
    EXPECT_EQ(header_value("a\r\nb"), "=?base64?YQ0KYg==?=");
    EXPECT_EQ(header_value("=?base64?x?="), "=?base64?PT9iYXNlNjQ/eD89?=");
}

TEST(ParamHeaders, AreOfPlainParametersAndUnique) {
    const auto property = [](const OrderedJson& schema) {
        return OrderedJson{{"type", "object"}, {"properties", {{"a", schema}}}};
    };
    const auto found = param_headers(property({{"type", "integer"}, {"x-mcp-header", "A"}}));
    ASSERT_EQ(found.size(), 1U);
    EXPECT_EQ(found[0].header, "Mcp-Param-A");
    const auto headers = headers_for(found, {{"a", 7}});
    ASSERT_EQ(headers.size(), 1U);
    EXPECT_EQ(headers[0].second, "7");
    EXPECT_TRUE(headers_for(found, {{"a", nullptr}}).empty());
    for (const OrderedJson& wrong :
         {OrderedJson{{"type", "number"}, {"x-mcp-header", "A"}}, OrderedJson{{"type", "string"}, {"x-mcp-header", ""}},
          OrderedJson{{"type", "string"}, {"x-mcp-header", "A\r\nB"}},
          OrderedJson{{"type", "string"}, {"x-mcp-header", 3}}}) {
        EXPECT_THROW(static_cast<void>(param_headers(property(wrong))), Error) << wrong;
    }
    const OrderedJson twice = {
        {"properties",
         {{"a", {{"type", "string"}, {"x-mcp-header", "X"}}}, {"b", {{"type", "string"}, {"x-mcp-header", "x"}}}}}};
    EXPECT_THROW(static_cast<void>(param_headers(twice)), Error);
}

TEST(Challenge, IsReadFromAnyHeader) {
    const BearerChallenge said = read_challenge(
        R"(Basic realm="x", Bearer error="insufficient_scope", scope="a b", resource_metadata="https://e/\"q")");
    EXPECT_EQ(said.scope, "a b");
    EXPECT_EQ(said.error, "insufficient_scope");
    EXPECT_EQ(said.resource_metadata, "https://e/\"q");
    for (const char* text :
         {"", "Bearer", "Bearer =", "Bearer scope=", "Bearer scope=\"", "bearer scope=\"\\", ",,,="}) {
        EXPECT_TRUE(read_challenge(text).resource_metadata.empty()) << text;
    }
}

TEST(Form, IsEncodedAndReadAgain) {
    const std::string text = form_encoded(FormFields{{"a b", "ü&="}, {"c", "1"}});
    EXPECT_EQ(text, "a%20b=%C3%BC%26%3D&c=1");
    EXPECT_EQ(form_value(text, "a b"), "ü&=");
    EXPECT_EQ(form_value("a=1&a=2", "a"), std::nullopt);
    EXPECT_EQ(form_value("a=%zz", "a"), std::nullopt);
    EXPECT_EQ(form_value("a=1+2", "a"), "1 2");
}

TEST(Credentials, AreByIssuerAndPrivate) {
    const TemporaryDirectory folder;
    const std::filesystem::path file = folder.path() / "state" / "credentials.json";
    CredentialStore store(file);
    store.keep_token("https://one", "https://server", {.access = "t1", .scope = "a"});
    store.keep_client("https://one", {.id = "c1"});
    EXPECT_EQ(store.token("https://one", "https://server")->access, "t1");
    EXPECT_FALSE(store.token("https://two", "https://server"));
    EXPECT_FALSE(store.client("https://two"));
    EXPECT_EQ(store.issuer_of("https://server"), "https://one");
    struct stat about {};
    ASSERT_EQ(::stat(file.c_str(), &about), 0);
    EXPECT_EQ(about.st_mode & 0777U, 0600U);
    EXPECT_TRUE(store.forget("https://server"));
    EXPECT_FALSE(store.issuer_of("https://server"));
    ASSERT_EQ(::chmod(file.c_str(), 0644), 0);
    EXPECT_THROW(static_cast<void>(store.client("https://one")), Error);
}

TEST(Trust, IsOfADefinitionAndOfTools) {
    const TemporaryDirectory folder;
    TrustFile trust(folder.path() / "trusted.json");
    ServerDefinition server{.name = "a", .command = {"run"}};
    const std::filesystem::path named_by = folder.path() / ".mcp.json";
    EXPECT_FALSE(trust.allows(named_by, server));
    trust.allow(named_by, server);
    EXPECT_TRUE(trust.allows(named_by, server));
    EXPECT_FALSE(trust.allows(folder.path() / "quarry.toml", server)) << "another file is another stranger's";
    EXPECT_FALSE(trust.pinned(server));
    trust.pin(server, {{.name = "echo", .hash = "h1"}});
    EXPECT_EQ(trust.pinned(server)->at("echo"), "h1");
    server.command.emplace_back("--evil");
    EXPECT_FALSE(trust.allows(named_by, server)) << "the definition has changed";
    EXPECT_FALSE(trust.pinned(server));
    server.command.pop_back();
    EXPECT_TRUE(trust.revoke(named_by, server));
    EXPECT_FALSE(trust.allows(named_by, server));
    EXPECT_FALSE(trust.pinned(server));
}

TEST(Definition, IsChecked) {
    const auto problem = [](const ServerDefinition& server) {
        try {
            check_definition(server);
            return std::string();
        } catch (const Error& error) {
            return std::string(error.what());
        }
    };
    EXPECT_EQ(problem({.name = "a", .command = {"x"}}), "");
    EXPECT_THAT(problem({.name = "a__b", .command = {"x"}}), HasSubstr("not a valid name"));
    EXPECT_THAT(problem({.name = "a"}), HasSubstr("needs either a command or a url"));
    EXPECT_NE(problem({.name = "a", .url = "ftp://x"}), "");
    EXPECT_THAT(problem({.name = "a", .url = "https://x", .client_id = "c", .client_secret_env = "S"}),
                HasSubstr("client_issuer"));
    const auto environment = [](const std::string& name) {
        return name == "A" ? std::optional<std::string>("1") : std::nullopt;
    };
    EXPECT_EQ(expand_variables("x${A}y$A", "env", environment), "x1y$A");
    EXPECT_THROW(static_cast<void>(expand_variables("${B}", "env", environment)), Error);
    EXPECT_THROW(static_cast<void>(expand_variables("${A", "env", environment)), Error);
}

}  // namespace
}  // namespace quarry::mcp_client
