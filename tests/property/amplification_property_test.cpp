// No document, however it is made, takes more than its share of memory and time: neither to be read nor to be cut.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/chunk/chunker.h"
#include "core/extract/converter.h"
#include "core/extract/extractor.h"
#include "tests/property/amplifiers.h"
#include "tests/property/measured_run.h"
#include "tests/property/seeds.h"

namespace quarry {
namespace {

using testing::Amplifier;
using testing::MeasuredRun;

constexpr std::uint64_t most_memory = 500'000'000;
#ifdef __OPTIMIZE__
constexpr unsigned most_seconds = 30;
#else
constexpr unsigned most_seconds = 300;  // a build for debugging takes ten times as long
#endif

/// Of the documents of one run, and of the text that they may give: more of both nightly.
struct Sizes {
    std::size_t bytes = 50'000;
    std::uint64_t text = 4'000'000;
};

Sizes sizes() {
    const char* const given = std::getenv("QUARRY_AMPLIFIER_BYTES");
    return given == nullptr ? Sizes() : Sizes{std::strtoull(given, nullptr, 10), 100'000'000};
}

/// What becomes of a document, in a few words.
std::string read_and_cut(const Amplifier& amplifier, std::string bytes) {
    try {
        const document::Document document =
            extract::convert(extract::extractor_by_name(amplifier.type), std::move(bytes),
                             {.name = "x", .limits = {.max_text_bytes = sizes().text}});
        const auto chunks = chunk::chunk_document(document, {}, Cancellation());
        return fmt::format("{} of text, {} chunks", human_bytes(document.text.size()), chunks.size());
    } catch (const Error& error) {
        return error.causes().empty() ? error.message() : error.causes().front();
    }
}

void expect_modest(const Amplifier& amplifier, std::size_t size) {
    const std::string bytes = amplifier.make(size);
    const char* const folder = std::getenv("QUARRY_AMPLIFIED");  // to try them with other programs
    if (folder != nullptr) {
        std::string name = fmt::format("{}.{}", amplifier.name, amplifier.type == "mail" ? "eml" : amplifier.type);
        write_file_atomically(std::filesystem::path(folder) / name, bytes);
    }
    const MeasuredRun run =
        testing::run_measured([&] { return read_and_cut(amplifier, bytes); }, most_seconds, 2 * most_memory);
    std::printf("%-9s %-36s %9s %6.0f MB %5.1f s  %s\n", amplifier.type.c_str(), amplifier.name.c_str(),
                human_bytes(bytes.size()).c_str(), static_cast<double>(run.memory) / 1e6, run.seconds,
                (run.failure + run.result).c_str());
    std::fflush(stdout);
    EXPECT_EQ(run.failure, "") << amplifier.type << ": " << amplifier.name;
    EXPECT_LE(run.memory, most_memory) << amplifier.type << ": " << amplifier.name;
}

TEST(AmplificationProperty, HoldsForWhatIsKnown) {
    for (const Amplifier& amplifier : testing::known_amplifiers()) expect_modest(amplifier, sizes().bytes);
}

TEST(AmplificationProperty, HoldsForWhatIsComposedAtRandom) {
    const testing::Seeds seeds = testing::property_seeds(100, 20);
    for (std::uint64_t seed = seeds.first; seed < seeds.end; ++seed) {
        expect_modest(testing::random_amplifier(seed), sizes().bytes);
    }
}

}  // namespace
}  // namespace quarry
