// Results, talk, errors and progress on streams.
#include "cli/ui/output.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <nlohmann/json.hpp>
#include <sstream>
#include <thread>

#include "cli/line/app.h"
#include "cli/ui/fd_stream.h"

namespace quarry::cli {
namespace {

using ::testing::HasSubstr;

struct Streams {
    std::ostringstream out, err;
};

TEST(Output, PrintsAnErrorWithItsCausesAndHint) {
    Streams streams;
    Output output(streams.out, streams.err, {});
    output.error(Error(ErrorCode::failed, "first\nsecond", "do this").because("near").because("far"));
    EXPECT_EQ(streams.err.str(), "error: first\n       second\ncaused by: near\ncaused by: far\nhint: do this\n");
}

TEST(Output, TakesTerminalControlsOutOfErrors) {
    Streams streams;
    Output output(streams.out, streams.err, {});
    output.error(Error(ErrorCode::failed, "file \x1b]0;title\x07name\x1b[31m"));
    EXPECT_EQ(streams.err.str(), "error: file name\n");
}

TEST(Output, JsonHasNoControlsOfTerminals) {
    Streams streams;
    {
        Output output(streams.out, streams.err, {.json_errors = true});
        // One in two writes, and one that is no control.
        output.result() << "\"a\u009b\x7f\u00e9\xC2";
        output.result().put('\x9B') << "\u00a0\"" << std::flush;
        output.error(Error(ErrorCode::failed, "b\u009b"));
    }
    EXPECT_EQ(streams.out.str(), "\"a\\u009b\\u007f\u00e9\\u009b\u00a0\"");
    EXPECT_THAT(streams.err.str(), HasSubstr("b\\u009b"));
    Output text(streams.out, streams.err, {});
    text.result() << "\u009b";
    EXPECT_TRUE(streams.out.str().ends_with("\u009b"));
}

TEST(Output, JsonHasNothingThatNobodySees) {
    Streams streams;
    {
        Output output(streams.out, streams.err, {.json_errors = true});
        output.result() << "\"a\u202Eb\u2069\u200d\U000E0041\U000E007F\u20ac\U0001F600\"";
        for (const char byte : std::string("\u202E\U000E0020\u2030")) output.result().put(byte);
        output.result() << "\xF3\xA0" << std::flush;
    }
    EXPECT_EQ(streams.out.str(), "\"a\\u202eb\\u2069\u200d\\udb40\\udc41\\udb40\\udc7f\u20ac\U0001F600\""
                                 "\\u202e\\udb40\\udc20\u2030\xF3\xA0");
}

/// What the runner of GitHub Actions would take for a command: "::" where a line begins, "##[" anywhere.
TEST(Output, TextHasNoCommandsOfAWorkflow) {
    const auto out = [](const std::string& text) {
        Streams streams;
        Output output(streams.out, streams.err, {.workflow_out = true, .workflow_err = true});
        for (const char byte : text) output.result() << byte;
        Streams whole;
        Output(whole.out, whole.err, {.workflow_out = true}).result() << text;
        EXPECT_EQ(streams.out.str(), whole.out.str());
        return whole.out.str();
    };
    EXPECT_EQ(out("::error::x\n"), ": :error::x\n");
    EXPECT_EQ(out("a\n \t::set-env name=x::y\r\n\u00a0::z\r::w"), "a\n \t: :set-env name=x::y\r\n\u00a0: :z\r: :w");
    EXPECT_EQ(out("a ##[error]b ###[c] # #[d"), "a ## [error]b ### [c] # #[d");
    EXPECT_EQ(out("std::string a::b\nx ::y [1]: 2\n"), "std::string a::b\nx ::y [1]: 2\n");
    Streams streams;
    Output output(streams.out, streams.err, {.workflow_out = true, .workflow_err = true});
    output.note("::warning::x");
    output.error(Error(ErrorCode::failed, "a\n##[error]b"));
    EXPECT_EQ(streams.err.str(), ": :warning::x\nerror: a\n       ## [error]b\n");
    output.workflow_result() << "::notice::meant\n";
    EXPECT_EQ(streams.out.str(), "::notice::meant\n");
}

TEST(Output, ErrorsAsJsonAreValidWhateverTheyHold) {
    Streams streams;
    Output output(streams.out, streams.err, {.json_errors = true});
    output.error(Error(ErrorCode::locked, "bad \xff byte \"quoted\"\n", "hint").because("why"));
    const auto document = nlohmann::json::parse(streams.err.str());
    EXPECT_EQ(document["error"]["code"], "locked");
    EXPECT_EQ(document["error"]["exit_code"], 7);
    EXPECT_EQ(document["error"]["message"], "bad \xEF\xBF\xBD byte \"quoted\"\n");
    EXPECT_EQ(document["error"]["causes"], nlohmann::json::array({"why"}));
}

TEST(Output, QuietSilencesTalkButNotWarnings) {
    Streams streams;
    Output output(streams.out, streams.err, {.quiet = true, .err_is_terminal = true});
    output.note("note");
    output.progress("progress");
    output.warn("careful");
    EXPECT_EQ(streams.err.str(), "warning: careful\n");
}

TEST(Output, ColoursWhereItIsAskedTo) {
    Streams streams;
    const Output plain(streams.out, streams.err, {});
    EXPECT_EQ(plain.styled(Style::red, "x"), "x");
    const Output colour(streams.out, streams.err, {.out_colour = true});
    EXPECT_EQ(colour.styled(Style::red, "x"), "\x1b[31mx\x1b[0m");
    EXPECT_EQ(colour.styled(Style::plain, "x"), "x");
    EXPECT_EQ(colour.styled(Style::bold, ""), "");
}

TEST(Output, ProgressIsOneLineThatGoesAgain) {
    Streams streams;
    {
        Output output(streams.out, streams.err, {.err_is_terminal = true, .width = 11});
        output.progress("reading a long name");
        EXPECT_EQ(streams.err.str(), "\rreading a…\x1b[K");
        output.progress("too soon after the first to be drawn");
        output.note("said");
        EXPECT_THAT(streams.err.str(), HasSubstr("\x1b[K\r\x1b[Ksaid\n"));
        output.progress("again");
    }
    EXPECT_THAT(streams.err.str(), HasSubstr("again\x1b[K\r\x1b[K")) << "the last one is removed";
}

TEST(FdOutput, TellsAFullDiskFromAClosedPipe) {
    const int full = ::open("/dev/full", O_WRONLY);
    ASSERT_GE(full, 0);
    FdOutput to_full(full);
    std::ostream full_stream(&to_full);
    full_stream << "text" << std::flush;
    EXPECT_FALSE(full_stream.good());
    EXPECT_EQ(to_full.failure(), ENOSPC);
    ::close(full);

    std::signal(SIGPIPE, SIG_IGN);
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ::close(ends[0]);
    FdOutput to_closed(ends[1]);
    std::ostream closed_stream(&to_closed);
    closed_stream << std::string(200'000, 'x');
    EXPECT_FALSE(closed_stream.good());
    EXPECT_EQ(to_closed.failure(), EPIPE);
    ::close(ends[1]);
}

TEST(FdOutput, WritesEverythingInOrder) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    std::string expected;
    {
        FdOutput buffer(ends[1]);
        std::ostream stream(&buffer);
        for (int i = 0; i < 3000; ++i) {
            const std::string line = std::to_string(i) + "\n";
            stream << line;
            expected += line;
        }
        stream.put('!');
        expected += '!';
    }
    ::close(ends[1]);
    std::string seen(expected.size() + 10, '\0');
    const ssize_t count = ::read(ends[0], seen.data(), seen.size());
    seen.resize(static_cast<std::size_t>(count));
    EXPECT_EQ(seen, expected);
    ::close(ends[0]);
}

TEST(FdInput, ThrowsWhenItIsCancelledOrRefused) {
    Cancellation cancellation;
    FdInput folder(::open("/", O_RDONLY | O_DIRECTORY), cancellation);
    std::istream from_folder(&folder);
    from_folder.exceptions(std::ios::badbit);
    std::string line;
    EXPECT_THROW(std::getline(from_folder, line), Error);

    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    ASSERT_EQ(::write(ends[1], "a\n", 2), 2);
    FdInput pipe(ends[0], cancellation);
    std::istream from_pipe(&pipe);
    from_pipe.exceptions(std::ios::badbit);
    EXPECT_TRUE(std::getline(from_pipe, line));
    EXPECT_EQ(line, "a");
    cancellation.cancel();
    try {
        std::getline(from_pipe, line);
        FAIL() << "no error";
    } catch (const Error& error) {
        EXPECT_EQ(error.code(), ErrorCode::interrupted);
    }
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(FdInput, StopsWaitingWhenAnotherThreadCancels) {
    int ends[2];
    ASSERT_EQ(::pipe(ends), 0);
    Cancellation cancellation;
    FdInput pipe(ends[0], cancellation);
    std::istream stream(&pipe);
    stream.exceptions(std::ios::badbit);
    std::thread other([&] { cancellation.cancel(); });
    std::string line;
    EXPECT_THROW(std::getline(stream, line), Error) << "although nothing is ever written";
    other.join();
    ::close(ends[0]);
    ::close(ends[1]);
}

TEST(Run, ReportsWhatCannotBeWrittenAndIsQuietAboutAClosedPipe) {
    const auto run_into = [](int failure) {
        std::istringstream in;
        std::ostringstream out, err;
        out.setstate(std::ios::badbit);
        const Cancellation cancellation;
        Process process{.in = in,
                        .out = out,
                        .err = err,
                        .environment = [](const std::string&) { return std::nullopt; },
                        .cancel = cancellation,
                        .out_failure = [=] { return failure; }};
        const std::vector<std::string> arguments = {"--version"};
        const int code = run(arguments, process);
        return std::to_string(code) + " " + err.str();
    };
    EXPECT_EQ(run_into(EPIPE), "0 ");
    EXPECT_THAT(run_into(ENOSPC),
                HasSubstr("1 error: cannot write the result to standard output\ncaused by: No space"));
    EXPECT_EQ(run_into(0), "1 error: cannot write the result to standard output\n");
}

}  // namespace
}  // namespace quarry::cli
