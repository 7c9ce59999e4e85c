// The files of tests/formats/legacy, by each program for them that is installed here.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/file.h"
#include "core/extract/extractor.h"
#include "tests/support/error_of.h"

namespace quarry::extract {
namespace {

namespace fs = std::filesystem;
using ::testing::HasSubstr;

/// A folder of links to programs that are installed, as the only one in PATH.
class Programs {
public:
    explicit Programs(std::initializer_list<const char*> names) {
        for (const char* name : names) {
            const fs::path program = fs::path("/usr/bin") / name;
            all_ &= fs::exists(program);
            fs::create_symlink(program, folder_.path() / name);
        }
        ::setenv("PATH", folder_.path().c_str(), 1);
    }
    ~Programs() { ::setenv("PATH", before_.c_str(), 1); }
    Programs(const Programs&) = delete;
    Programs& operator=(const Programs&) = delete;
    [[nodiscard]] bool installed() const { return all_; }

private:
    TemporaryDirectory folder_;
    std::string before_ = std::getenv("PATH");
    bool all_ = true;
};

document::Document legacy_document(const std::string& name) {
    const std::string file = QUARRY_SOURCE_DIR "/tests/formats/legacy/" + name;
    return find_extractor_for_file(name)->extract(read_file(file, 1'000'000), {.name = name});
}

TEST(LegacyOffice, IsReadByLibreOfficeWithItsStructure) {
    const Programs programs({"soffice", "sh", "dirname", "basename", "uname", "ls", "sed", "grep"});
    if (!programs.installed()) GTEST_SKIP() << "LibreOffice is not installed";
    const document::Document text = legacy_document("libreoffice.doc");
    EXPECT_EQ(text.media_type, "application/msword");
    EXPECT_THAT(text.text, HasSubstr("# Sea level"));
    EXPECT_THAT(text.text, HasSubstr("| Lagos | 1.95 | 1908 |"));
    const document::Document sheets = legacy_document("libreoffice.xls");
    EXPECT_THAT(sheets.text, HasSubstr("| 2024-03-05 |"));
    EXPECT_EQ(sheets.text.find("hidden words"), std::string::npos);
}

TEST(LegacyOffice, IsReadByASmallProgram) {
    for (const char* name : {"antiword", "catdoc"}) {
        const Programs programs({name});
        if (!programs.installed()) continue;
        EXPECT_THAT(legacy_document("libreoffice.doc").text, HasSubstr("The tide at Cascais is semidiurnal")) << name;
    }
    const Programs programs({"xls2csv"});
    if (programs.installed()) {
        EXPECT_THAT(legacy_document("libreoffice.xls").text, HasSubstr("| Day | Height | Share | Good |"));
    }
}

TEST(LegacyOffice, SaysWhatToInstall) {
    const Programs none({});
    const Error error = test::error_of([] { static_cast<void>(legacy_document("libreoffice.xls")); });
    EXPECT_THAT(error.what(), HasSubstr("no program that reads this format is installed"));
    EXPECT_EQ(error.hint(), "apt install --no-install-recommends libreoffice-calc-nogui");
}

TEST(LegacyOffice, IsReadAsWhatItIsUnderAnOldEnding) {
    const Programs none({});
    const Extractor& word = extractor_by_name("doc");
    EXPECT_EQ(word.extract("{\\rtf1 Words.}", {.name = "x.doc"}).text, "Words.");
    EXPECT_EQ(word.extract("<html><p>Words.", {.name = "x.doc"}).text, "Words.");
    const Error error = test::error_of([&] { static_cast<void>(word.extract("\x01\x02", {.name = "x.doc"})); });
    EXPECT_THAT(error.what(), HasSubstr("not a file of Microsoft Office"));
}

}  // namespace
}  // namespace quarry::extract
