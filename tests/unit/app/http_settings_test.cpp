// http.proxy and http.ca_file hold for every server that is asked.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "core/app/embedder_choice.h"
#include "core/app/ingest_inputs.h"
#include "core/app/model_service.h"
#include "core/app/reranking.h"
#include "core/base/error.h"
#include "tests/support/openai_server.h"

namespace quarry::app {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class HttpSettingsTest : public ::testing::Test {
protected:
    static void SetUpTestSuite() { server_ = std::make_unique<OpenAiServer>(); }
    static void TearDownTestSuite() { server_.reset(); }

    /// With the server as a proxy: it takes the whole URL as a path, and answers itself.
    HttpSettingsTest() {
        set("http.proxy", server_->url());
        set("embed.model", "any");
        set("rerank.model", "any");
        set("rerank.provider", "server");
    }

    void set(std::string_view key, const std::string& value) { config_.set_flag(key, value, "the test"); }
    [[nodiscard]] Services services() {
        const auto environment = [this](const std::string& name) -> std::optional<std::string> {
            if (name == "HOME") return folder_.path().string();
            if (name == "http_proxy" || name == "all_proxy") return "http://127.0.0.1:1";  // refuses
            return std::nullopt;
        };
        return {config_, environment, folder_.path() / "base.db", never_, silent_, [] { return std::int64_t{0}; }};
    }
    [[nodiscard]] std::vector<float> embed() {
        const std::vector<std::string_view> texts = {"moon"};
        return make_embedder(services(), {"openai", "any"})->embed(texts, embed::EmbedKind::document, never_);
    }
    [[nodiscard]] std::vector<double> rerank() {
        const std::vector<std::string_view> texts = {"the moon"};
        return make_configured_reranker(services())->score("moon", texts, never_);
    }
    [[nodiscard]] http::FetchedPage fetch(const std::string& url) {
        return http::PageFetcher(configured_fetching(services(), false)).fetch(url, "", never_);
    }
    /// What the work's error says; empty when there is none.
    template <typename Work>
    static std::string failure(Work&& work) {
        try {
            static_cast<void>(work());
        } catch (const Error& error) {
            return error.what();
        }
        return {};
    }

    static inline std::unique_ptr<OpenAiServer> server_;
    TemporaryDirectory folder_;
    config::Config config_ = config::Config::defaults();
    Cancellation never_;
    SilentNotices silent_;
};

TEST_F(HttpSettingsTest, embedding_goes_through_the_proxy) {
    set("embed.base_url", "http://embed.invalid/v1");
    set("embed.api_key_env", "");
    EXPECT_EQ(embed().size(), 8U);
    EXPECT_THAT(server_->log(), HasSubstr("http://embed.invalid/v1/embeddings"));
}

TEST_F(HttpSettingsTest, reranking_goes_through_the_proxy) {
    set("rerank.base_url", "http://rerank.invalid/v1");
    EXPECT_EQ(rerank(), std::vector<double>{1.0});
    EXPECT_THAT(server_->log(), HasSubstr("http://rerank.invalid/v1/rerank"));
}

TEST_F(HttpSettingsTest, pages_go_through_the_proxy_rather_than_that_of_the_environment) {
    EXPECT_EQ(fetch("http://pages.invalid/").body, "hello");
    set("http.proxy", "");
    EXPECT_THAT(failure([&] { return fetch("http://pages.invalid/"); }), HasSubstr("http://pages.invalid"));
}

TEST_F(HttpSettingsTest, this_machine_is_asked_without_the_proxy) {
    set("embed.base_url", server_->base_url());
    set("http.proxy", "http://127.0.0.1:1");
    EXPECT_EQ(embed().size(), 8U);
}

TEST_F(HttpSettingsTest, certificates_to_trust_are_those_of_the_file) {
    const std::string missing = folder_.path() / "no-such-certificates.pem";
    set("http.ca_file", missing);
    set("http.proxy", "");
    const std::string https = "https" + server_->url().substr(4);
    set("embed.base_url", https);
    set("embed.retries", "0");
    set("rerank.base_url", https);
    set("ingest.allow_private", "true");
    EXPECT_THAT(failure([&] { return embed(); }), HasSubstr("certificate"));
    EXPECT_THAT(failure([&] { return fetch(https + "/hello"); }), HasSubstr("certificate"));
    Services with = services();
    EXPECT_THAT(failure([&] { return add_model(with, https + "/any.gguf", {}); }), HasSubstr("certificate"));
    EXPECT_THAT(failure([&] { return rerank(); }), HasSubstr("certificate"));
}

TEST_F(HttpSettingsTest, model_files_go_through_the_proxy) {
    // To https the proxy is asked for a tunnel, which this one knows nothing of.
    Services with = services();
    const std::string problem = failure([&] { return add_model(with, "https://models.invalid/any.gguf", {}); });
    EXPECT_THAT(problem, ::testing::AnyOf(HasSubstr("501"), HasSubstr("closed the connection")));
}

}  // namespace
}  // namespace quarry::app
