// Formats are read in a process of their own, which may do anything without harm to this one.
//
// This program is its own converter: see `main` below.
#include "core/extract/converter.h"

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <functional>
#include <limits>
#include <thread>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/extract/command_extractor.h"
#include "core/extract/converter_messages.h"
#include "core/extract/converter_process.h"
#include "tests/unit/extract/office/document_dump.h"

// There when the library is sanitized, which this file may not be.
extern "C" __attribute__((weak)) void __asan_init();
extern "C" __attribute__((weak)) void __tsan_init();

namespace quarry::extract {
namespace {

namespace fs = std::filesystem;

constexpr const char* converter_argument = "--serve-conversions";
const std::string page = "<h1>Moon</h1><p>It is 384,400 km away.</p>";

ConverterProgram this_program() { return {{"/proc/self/exe", converter_argument}, {}}; }

/// The document as text, with all that dump_document leaves out; or the error.
std::string outcome_of(const std::function<document::Document()>& convert) {
    try {
        const document::Document document = convert();
        std::string result = test::dump_document(document) + document.text + document.properties_json;
        for (const std::size_t start : document.page_starts) result += fmt::format(" {}", start);
        return result;
    } catch (const Error& error) {
        return fmt::format("{} {} ({})", static_cast<int>(error.code()), error.what(), error.hint());
    }
}

/// The cause of the error that a converter gives; empty when it gives none.
std::string cause_from(Converter& converter, const std::string& bytes, const ExtractOptions& options) {
    try {
        static_cast<void>(converter.convert(extractor_by_name("html"), bytes, options));
        return {};
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::failed);
        EXPECT_NE(error.message().find(options.name), std::string::npos) << error.message();
        EXPECT_FALSE(error.hint().empty());
        return fmt::format("{}", fmt::join(error.causes(), ": "));
    }
}

class ConverterTest : public ::testing::Test {
protected:
    void SetUp() override {
        if (sandbox_support().name().empty()) GTEST_SKIP() << "this kernel has neither Landlock nor seccomp";
    }
    /// A program that for its first document does what `script` says, and converts from then on.
    ConverterProgram first(const std::string& script) const {
        const std::string mark = (temporary.path() / "mark").string();
        return {{"/bin/sh", "-c", "[ -e \"$0\" ] && exec \"$@\"; : >\"$0\"; " + script, mark,
                 fs::read_symlink("/proc/self/exe").string(), converter_argument},
                {}};
    }
    /// Holds that the next document is converted all the same.
    static void expect_next(Converter& converter) {
        EXPECT_NE(converter.convert(extractor_by_name("html"), page, {.name = "next.html"}).text.find("384,400"),
                  std::string::npos);
    }

    TemporaryDirectory temporary;
};

TEST_F(ConverterTest, GivesWhatTheExtractorGives) {
    Converter converter(this_program());
    std::size_t documents = 0;
    for (const char* const folder : {"text", "office", "pages"}) {
        for (const auto& entry :
             fs::recursive_directory_iterator(fs::path(QUARRY_SOURCE_DIR "/tests/formats") / folder)) {
            const std::string name = entry.path().filename().string();
            if (!entry.is_regular_file() || name.ends_with(".golden")) continue;
            const std::string bytes = read_file(entry.path(), 10'000'000);
            const Extractor* const extractor = find_extractor(name, bytes);
            if (extractor == nullptr || extractor->name() == "pdf") continue;
            const ExtractOptions options{.name = name};
            EXPECT_EQ(outcome_of([&] { return converter.convert(*extractor, bytes, options); }),
                      outcome_of([&] { return extractor->extract(bytes, options); }))
                << name;
            documents += extractor->read_in() == ReadIn::this_process ? 0 : 1;
        }
    }
    EXPECT_GT(documents, 50U);
}

TEST_F(ConverterTest, SaysWhatConfinesItsProcess) {
    EXPECT_EQ(Converter(this_program()).confinement().name(), sandbox_support().name());
    EXPECT_EQ(Converter({}).confinement().name(), "");
}

TEST_F(ConverterTest, ReadsInThisProcessWithoutAProgram) {
    Converter converter({});
    expect_next(converter);
}

TEST_F(ConverterTest, ReadsWhatCommandsWriteInItsProcess) {
    CommandExtractor command({.extensions = {"x"}, .command = {"/bin/cat"}, .type = "html"});
    Converter crashing(first("kill -SEGV $$"));
    const auto convert = [&] { return crashing.convert(command, page, {.name = "a.x"}); };
    EXPECT_NE(outcome_of(convert).find("Segmentation fault"), std::string::npos);
    EXPECT_NE(outcome_of(convert).find("384,400"), std::string::npos);
}

TEST_F(ConverterTest, KeepsItsProcess) {
    const std::string started = (temporary.path() / "started").string();
    Converter converter({{"/bin/sh", "-c", "echo x >>\"$0\"; exec \"$@\"", started,
                          fs::read_symlink("/proc/self/exe").string(), converter_argument},
                         {}});
    for (int i = 0; i < 5; ++i) expect_next(converter);
    EXPECT_EQ(cause_from(converter, "", {.name = "empty.html"}), "");
    EXPECT_EQ(read_file(started, 100), "x\n");
    // Once more with libzip, which it cannot load when it is confined.
    const Extractor& docx = extractor_by_name("docx");
    for (int i = 0; i < 2; ++i) {
        EXPECT_NE(outcome_of([&] { return converter.convert(docx, "no ZIP", {.name = "a.docx"}); }).find("container"),
                  std::string::npos);
        expect_next(converter);
    }
    EXPECT_EQ(read_file(started, 100), "x\nx\n");
}

TEST_F(ConverterTest, OutlivesACrash) {
    Converter converter(first("echo 'stack \033[2J smashed' >&2; kill -SEGV $$"));
    EXPECT_EQ(cause_from(converter, page, {.name = "a.html"}),
              "the process that reads it failed: it was terminated by the signal Segmentation fault: stack smashed");
    expect_next(converter);
}

TEST_F(ConverterTest, OutlivesAProgramThatIsGone) {
    Converter converter({{"/nonexistent/quarry"}, {}});
    EXPECT_THROW(static_cast<void>(converter.convert(extractor_by_name("html"), page, {.name = "a.html"})), Error);
    EXPECT_NE(converter.convert(extractor_by_name("text"), "as it is", {.name = "a.txt"}).text, "");
}

TEST_F(ConverterTest, EndsALoop) {
    // With what it has to read, and without: the process may not even take the document.
    for (const std::string& bytes : {page, std::string(10'000'000, ' ')}) {
        Converter converter(first("while :; do :; done"));
        ExtractOptions options{.name = "a.html"};
        options.limits.max_time = std::chrono::milliseconds(200);
        const auto begin = std::chrono::steady_clock::now();
        EXPECT_EQ(cause_from(converter, bytes, options), "it took more than 0 s of processor time");
        EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(20));
        expect_next(converter);
        fs::remove(temporary.path() / "mark");
    }
}

TEST_F(ConverterTest, CanBeInterrupted) {
    Converter converter(first("sleep 60"));
    Cancellation cancel;
    const std::jthread person([&] {
        while (!fs::exists(temporary.path() / "mark")) std::this_thread::sleep_for(std::chrono::milliseconds(5));
        cancel.cancel();
    });
    try {
        static_cast<void>(converter.convert(extractor_by_name("html"), page, {.name = "a.html", .cancel = &cancel}));
        ADD_FAILURE() << "it was not interrupted";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
    expect_next(converter);
}

TEST_F(ConverterTest, OutlivesTooMuchMemory) {
    if (__asan_init != nullptr || __tsan_init != nullptr) GTEST_SKIP() << "a sanitizer needs the addresses";
    Converter converter(this_program(), 200'000'000);
    std::string large;
    while (large.size() < 15'000'000) large += "<p>a<b>b</b>";
    EXPECT_EQ(cause_from(converter, large, {.name = "large.html"}), "it needs more than 200 MB of memory");
    expect_next(converter);
}

TEST_F(ConverterTest, OutlivesAnswersThatAreNotSound) {
    const std::string unsound = "the process that reads it returned an invalid result";
    const std::pair<const char*, std::string> scripts[] = {
        {"head -c 1000000 /dev/zero | tr '\\0' '\\377'", unsound},  // an endless size
        {"head -c 16 /dev/zero", unsound},                          // no fields
        {"printf '\\003\\0\\0\\0\\0\\0\\0\\0'; head -c 8 /dev/zero; printf 'abc'", unsound},
        {"yes", unsound},
        {"exit 0", "the process that reads it failed: it ended with status 0"},
        {"printf 'abc'; exit 3", "the process that reads it failed: it ended with status 3"},
    };
    for (const auto& [script, cause] : scripts) {
        Converter converter(first(fmt::format("head -c 20 >/dev/null; {}", script)));
        EXPECT_EQ(cause_from(converter, page, {.name = "a.html"}), cause) << script;
        expect_next(converter);
        fs::remove(temporary.path() / "mark");
    }
}

TEST_F(ConverterTest, GetsNothingOfTheEnvironmentAndNoOtherFile) {
    ASSERT_EQ(::setenv("QUARRY_TEST_SECRET", "hunter2", 1), 0);
    // A long PATH would fill the message.
    Converter converter(first("ls /proc/self/fd | tr '\\n' ' ' >&2; env | cut -c 1-40 >&2; exit 1"));
    const std::string cause = cause_from(converter, page, {.name = "a.html"});
    EXPECT_NE(cause.find("PATH="), std::string::npos) << cause;
    EXPECT_EQ(cause.find("hunter2"), std::string::npos) << cause;
    EXPECT_NE(cause.find("0 1 2 3"), std::string::npos) << cause;  // 3 is the folder that `ls` reads
    EXPECT_EQ(cause.find(" 4"), std::string::npos) << cause;
}

ConversionAnswer sample_answer() {
    document::Document document{.text = "# Möön\n\nfar\n\n- a",
                                .media_type = "",
                                .title = "Möön",
                                .language = "en",
                                .blocks = {{document::BlockKind::heading, 0, 8, 1, "Möön"},
                                           {document::BlockKind::paragraph, 10, 13, 0, ""},
                                           {document::BlockKind::list, 15, 18, 0, ""}},
                                .page_starts = {0, 10, 10},
                                .metadata = {{"author", "A"}},
                                .properties_json = "{\"n\":1}",
                                .removed = {{"zero-width character", 300}},
                                .warnings = {{document::Warning::Kind::little_text, "why"}}};
    return {{7, true}, std::move(document), {}};
}

TEST(ConverterMessages, AreReadAsTheyWereWritten) {
    const ConversionAnswer sample = sample_answer();
    const ConversionAnswer answer = decode_answer(encode_answer(sample), sample.document->text);
    EXPECT_EQ(answer.confinement.name(), "Landlock 7, seccomp");
    EXPECT_EQ(outcome_of([&] { return *answer.document; }), outcome_of([&] { return *sample.document; }));
    EXPECT_EQ(answer.document->blocks, sample.document->blocks);
    ASSERT_EQ(answer.document->warnings.size(), 1U);
    EXPECT_EQ(answer.document->warnings[0].kind, document::Warning::Kind::little_text);
    EXPECT_EQ(answer.document->warnings[0].reason, "why");

    ConversionRequest request{"html", "a.html", {}};
    request.limits.max_text_bytes = std::numeric_limits<std::uint64_t>::max();
    request.limits.max_time = std::chrono::milliseconds(1234);
    const ConversionRequest read = decode_request(encode_request(request));
    EXPECT_EQ(read.extractor + read.name, "htmla.html");
    EXPECT_EQ(read.limits.max_text_bytes, request.limits.max_text_bytes);
    EXPECT_EQ(read.limits.max_depth, request.limits.max_depth);
    EXPECT_EQ(read.limits.max_time, request.limits.max_time);

    const ConversionAnswer failed =
        decode_answer(encode_answer({{}, {}, Error(ErrorCode::interrupted, "a\033[2J", "h\nint").because("b")}), "");
    EXPECT_STREQ(failed.error->what(), "a: b");
    EXPECT_EQ(failed.error->hint(), "h int");
    EXPECT_EQ(failed.error->code(), ErrorCode::failed);
    EXPECT_TRUE(decode_answer(encode_answer({}), "").lacked_memory());
}

TEST(ConverterMessages, ThatAreForgedAreRefused) {
    const auto refused = [](const std::function<void(document::Document&)>& forge) {
        ConversionAnswer answer = sample_answer();
        forge(*answer.document);
        try {
            static_cast<void>(decode_answer(encode_answer(answer), answer.document->text));
            return false;
        } catch (const Error&) {
            return true;
        }
    };
    using Document = document::Document;
    EXPECT_FALSE(refused([](Document&) {}));
    EXPECT_TRUE(refused([](Document& forged) { forged.text.pop_back(); }));  // a block ends behind it
    EXPECT_TRUE(refused([](Document& forged) { forged.text[3] = 'x'; }));    // not UTF-8
    EXPECT_TRUE(refused([](Document& forged) { forged.title = "\xff"; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.language = "\xff"; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.metadata[0].second = "\xff"; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.properties_json = "[1]"; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.page_starts = {1}; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.page_starts = {0, 4}; }));  // within a character
    EXPECT_TRUE(refused([](Document& forged) { forged.page_starts = {0, 100}; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.page_starts = {0, 10, 2}; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[0].end = 4; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[1].end = 10; }));   // empty
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[1].start = 7; }));  // overlaps
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[1].level = 2; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[0].level = 7; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[0].label = "\xff"; }));
    EXPECT_TRUE(refused([](Document& forged) { forged.blocks[2].kind = static_cast<document::BlockKind>(9); }));
}

}  // namespace
}  // namespace quarry::extract

int main(int argc, char** argv) {
    using namespace quarry::extract;
    if (argc > 1 && argv[1] == std::string_view(converter_argument)) {
        return serve_conversions(argc > 2 && argv[2] == std::string_view(with_libzip_argument));
    }
    ::testing::InitGoogleTest(&argc, argv);
    return RUN_ALL_TESTS();
}
