// Files as they are: in by an upload, out by a download.
#include "core/serve/uploads.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <fstream>
#include <string>
#include <thread>

#include "core/base/hash.h"
#include "core/serve/download.h"
#include "core/serve/multipart.h"
#include "tests/unit/serve/service_fixture.h"

namespace quarry::serve {
namespace {

using ::testing::HasSubstr;
using testing::ServeCall;

class UploadsTest : public ServiceTest {
protected:
    /// Waits until what was uploaded has been read.
    nlohmann::json upload(const std::string& target, const std::string& type, const std::string& body) {
        ServeCall sent(*service_, with(request("POST", target, body), "Content-Type", type));
        EXPECT_EQ(sent.response().status, 202) << sent.response().body;
        const std::string place(sent.response().header("Location"));
        for (;;) {
            const nlohmann::json job = call("GET", place).json();
            const std::string state = job.at("state");
            if (state != "waiting" && state != "running") return job;
            std::this_thread::sleep_for(std::chrono::milliseconds(2));
        }
    }
    std::string downloaded(ServeCall& download) {
        return download.response().source ? download.read_to() : download.response().body;
    }
    std::size_t left_over() {
        std::size_t files = 0;
        for (const auto& entry : std::filesystem::directory_iterator(folder_.path() / "base.db.uploads")) {
            files += entry.is_regular_file() ? 1 : 0;
        }
        return files;
    }
};

const std::string mars = "# Mars\n\nMars has the Olympus volcano.\n";

TEST_F(UploadsTest, AFileIsReadAndComesBackAsItWas) {
    const nlohmann::json job = upload("/api/v1/documents/upload?name=mars.md", "application/octet-stream", mars);
    ASSERT_EQ(job.at("state"), "done") << job;
    EXPECT_EQ(job.at("result").at("files").at(0).at("uri"), "upload:mars.md");
    EXPECT_EQ(call("POST", "/api/v1/search", R"({"query": "volcano"})").json().at("hits").at(0).at("uri"),
              "upload:mars.md");
    ServeCall whole = call("GET", "/api/v1/documents/upload:mars.md/original");
    EXPECT_EQ(whole.response().header("ETag"), "\"" + sha256(mars) + "\"");
    EXPECT_EQ(whole.response().header("Content-Disposition"),
              "attachment; filename=\"mars.md\"; filename*=UTF-8''mars.md");
    EXPECT_EQ(whole.response().source_length, mars.size());
    EXPECT_EQ(downloaded(whole), mars);
    EXPECT_EQ(left_over(), 0U);
    EXPECT_EQ(call("GET", "/api/v1/documents/%2Fd%2Fmoon.md/original").response().status, 404);
}

TEST_F(UploadsTest, RangesAndConditionsAreKept) {
    std::string large;
    for (int i = 0; large.size() < 1'300'000; ++i) large += std::to_string(i) + std::string(1000, 'x') + "\n";
    ASSERT_EQ(upload("/api/v1/documents/upload?name=l.txt", "text/plain", large).at("state"), "done");
    const auto get = [&](const char* name, const std::string& value) {
        return with(request("GET", "/api/v1/documents/upload:l.txt/original"), name, value);
    };
    ServeCall part(*service_, get("Range", "bytes=1048570-1048585"));
    EXPECT_EQ(part.response().status, 206);
    EXPECT_EQ(part.response().header("Content-Range"), "bytes 1048570-1048585/" + std::to_string(large.size()));
    EXPECT_EQ(downloaded(part), large.substr(1048570, 16));
    ServeCall last(*service_, get("Range", "bytes=-5"));
    EXPECT_EQ(downloaded(last), large.substr(large.size() - 5));
    ServeCall beyond(*service_, get("Range", "bytes=2600000-"));
    EXPECT_EQ(beyond.response().status, 416);
    EXPECT_EQ(beyond.response().header("Content-Range"), "bytes */" + std::to_string(large.size()));
    const std::string tag = "\"" + sha256(large) + "\"";
    EXPECT_EQ(status(get("If-None-Match", tag)), 304);
    EXPECT_EQ(status(with(get("Range", "bytes=0-1"), "If-Range", tag)), 206);
    ServeCall changed(*service_, with(get("Range", "bytes=0-1"), "If-Range", "\"other\""));
    EXPECT_EQ(changed.response().status, 200);
    EXPECT_EQ(downloaded(changed), large);
}

TEST_F(UploadsTest, AFormHasSeveralFiles) {
    const std::string form =
        "--B\r\nContent-Disposition: form-data; name=\"type\"\r\n\r\nmarkdown\r\n"
        "--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a.md\"\r\nContent-Type: x/y\r\n\r\n" +
        mars +
        "\r\n--B\r\nContent-Disposition: form-data; name=\"f\"; filename=\"../../b.md\"\r\n\r\nThe comet is icy.\r\n"
        "--B--\r\n";
    const nlohmann::json job = upload("/api/v1/documents/upload", "multipart/form-data; boundary=B", form);
    ASSERT_EQ(job.at("state"), "done") << job;
    EXPECT_EQ(job.at("result").at("files").at(1).at("uri"), "upload:b.md");
    ServeCall first = call("GET", "/api/v1/documents/upload:a.md/original");
    EXPECT_EQ(downloaded(first), mars);
    EXPECT_EQ(left_over(), 0U);
    for (const std::string& bad : {std::string("no form"), form.substr(0, 60), form.substr(0, form.size() - 20)}) {
        EXPECT_EQ(status(with(request("POST", "/api/v1/documents/upload", bad), "Content-Type",
                              "multipart/form-data; boundary=B")),
                  400);
    }
    EXPECT_EQ(left_over(), 0U);
}

TEST_F(UploadsTest, AnOriginalGoesWithItsDocument) {
    upload("/api/v1/documents/upload?name=a.md", "text/plain", mars);
    upload("/api/v1/documents/upload?name=b.md", "text/plain", mars);
    const auto originals = store::open_originals(folder_.path() / "base.db", store::StoreMode::read);
    const auto remove = [&](const std::string& name) {
        return call("POST", "/api/v1/documents/delete", R"({"documents": ["upload:)" + name + "\"]}").response().status;
    };
    EXPECT_EQ(remove("a.md"), 200);
    EXPECT_TRUE(originals->is_complete(sha256(mars)));
    // Another content under the same name takes the place of the one before.
    upload("/api/v1/documents/upload?name=b.md", "text/plain", "The comet is icy.");
    EXPECT_FALSE(originals->part(sha256(mars), 0).has_value());
    EXPECT_EQ(remove("b.md"), 200);
    EXPECT_EQ(originals->bytes(), 0U);
}

TEST_F(UploadsTest, NothingBeyondTheQuota) {
    options_.upload_quota = 100;
    make_service({});
    ServeCall sent(*service_, request("POST", "/api/v1/documents/upload?name=a.txt", std::string(101, 'x')));
    EXPECT_EQ(sent.response().status, 413);
    EXPECT_EQ(left_over(), 0U);
    EXPECT_EQ(upload("/api/v1/documents/upload?name=a.txt", "text/plain", std::string(60, 'x')).at("state"), "done");
    ServeCall more(*service_, request("POST", "/api/v1/documents/upload?name=b.txt", std::string(60, 'y')));
    EXPECT_EQ(more.response().status, 413);
}

TEST_F(UploadsTest, ACollectionThatIsNotThereIsRefused) {
    ServeCall sent(*service_, request("POST", "/api/v1/documents/upload?name=a.txt&collection=nothing", "x"));
    EXPECT_EQ(sent.response().status, 400);
    EXPECT_EQ(call("GET", "/api/v1/jobs").json().at("jobs").size(), 0U);
}

TEST(Uploads, NamesLeadNowhere) {
    const std::vector<std::pair<std::string, std::string>> cases = {
        {"../../etc/passwd", "passwd"}, {"C:\\a\\b.doc", "b.doc"},    {"..", "upload"}, {"", "upload"},
        {".bashrc", "bashrc"},          {"a\r\nb\x01.txt", "ab.txt"}, {"/", "upload"},  {"a\0b", "a"},
        {"ä ö.pdf", "ä ö.pdf"}};
    for (const auto& [given, wanted] : cases) EXPECT_EQ(app::safe_file_name(given), wanted) << given;
    const std::string cut = app::safe_file_name(std::string(300, 'x') + ".pdf");
    EXPECT_EQ(cut.size(), 200U);
    EXPECT_TRUE(cut.ends_with(".pdf"));
    EXPECT_EQ(attachment("a\"b\r\n;ä"), "attachment; filename=\"a_b__;__\"; filename*=UTF-8''a%22b%0D%0A%3B%C3%A4");
}

TEST(Uploads, RangesAsTheStandardHasThem) {
    struct Case {
        const char* header;
        RangeKind kind;
        std::uint64_t first, last;
    };
    for (const Case& one : std::vector<Case>{{"bytes=0-0", RangeKind::some, 0, 0},
                                             {"bytes=5-", RangeKind::some, 5, 9},
                                             {"bytes=5-100", RangeKind::some, 5, 9},
                                             {"bytes=-3", RangeKind::some, 7, 9},
                                             {"bytes=-30", RangeKind::some, 0, 9},
                                             {"bytes=10-", RangeKind::none, 0, 0},
                                             {"bytes=-0", RangeKind::none, 0, 0},
                                             {"bytes=5-4", RangeKind::all, 0, 0},
                                             {"bytes=0-1,3-4", RangeKind::all, 0, 0},
                                             {"bytes=a-b", RangeKind::all, 0, 0},
                                             {"bytes=99999999999999999999-", RangeKind::all, 0, 0},
                                             {"pages=1-2", RangeKind::all, 0, 0},
                                             {"", RangeKind::all, 0, 0}}) {
        const AskedRange asked = asked_range(one.header, 10);
        EXPECT_EQ(asked.kind, one.kind) << one.header;
        EXPECT_EQ(asked.range.first, one.first) << one.header;
        EXPECT_EQ(asked.range.last, one.last) << one.header;
    }
}

}  // namespace
}  // namespace quarry::serve
