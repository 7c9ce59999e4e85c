// Runs one of the fuzz targets without libFuzzer: on every file of its corpus, and on deterministic mutations of them.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <string_view>
#include <vector>

// In fuzz_targets.inc, which CMake writes, is a FUZZ_TARGET(NAME) for each NAME_fuzz.cpp.
#define FUZZ_TARGET(name) extern "C" int fuzz_##name(const std::uint8_t* data, std::size_t size);
#include "fuzz_targets.inc"
#undef FUZZ_TARGET

namespace {

using Function = int (*)(const std::uint8_t*, std::size_t);

struct Target {
    std::string_view name;
    Function function;
};

#define FUZZ_TARGET(name) {#name, fuzz_##name},
constexpr Target targets[] = {
#include "fuzz_targets.inc"
};
#undef FUZZ_TARGET

constexpr int mutations = 2000;
constexpr int most_edits = 8;

std::vector<std::string> read_corpus(const std::filesystem::path& folder) {
    std::vector<std::filesystem::path> paths;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        if (entry.is_regular_file()) paths.push_back(entry.path());
    }
    std::sort(paths.begin(), paths.end());
    std::vector<std::string> inputs;
    for (const auto& path : paths) {
        std::ifstream file(path, std::ios::binary);
        inputs.emplace_back(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
    }
    return inputs;
}

void run(Function function, const std::string& input) {
    // A copy of exactly this size, so that sanitizers see a read past its end.
    const std::vector<std::uint8_t> bytes(input.begin(), input.end());
    function(bytes.data(), bytes.size());
}

/// One input with some bytes changed, removed, repeated, cut off, or replaced by a part of another.
class Mutator {
public:
    explicit Mutator(const std::vector<std::string>& corpus) : corpus_(corpus) {}

    std::string next() {
        std::string input = corpus_[below(corpus_.size())];
        const std::size_t edits = 1 + below(most_edits);
        for (std::size_t i = 0; i < edits; ++i) edit(input);
        return input;
    }

private:
    std::size_t below(std::size_t bound) { return bound == 0 ? 0 : random_() % bound; }

    void edit(std::string& input) {
        const std::size_t at = below(input.size() + 1);
        const std::size_t length = below(std::min<std::size_t>(input.size() - at, 16) + 1);
        const std::string& other = corpus_[below(corpus_.size())];
        switch (below(6)) {
            case 0:
                if (at < input.size()) input[at] = static_cast<char>(below(256));
                break;
            case 1: input.insert(at, 1, static_cast<char>(below(256))); break;
            case 2: input.erase(at, length); break;
            case 3: input.insert(at, input.substr(at, length)); break;
            case 4: input.insert(at, other.substr(below(other.size() + 1), 32)); break;
            case 5:
                if (below(8) == 0) input.resize(at);
                break;
        }
    }

    const std::vector<std::string>& corpus_;
    std::mt19937 random_{20261121};
};

}  // namespace

int main(int argc, char** argv) {
    const std::string_view name = argc == 3 ? argv[1] : "";
    const auto* const target =
        std::find_if(std::begin(targets), std::end(targets), [&](const Target& one) { return one.name == name; });
    if (target == std::end(targets)) {
        std::fprintf(stderr, "usage: %s TARGET CORPUS_FOLDER\ntargets:", argv[0]);
        for (const Target& one : targets) std::fprintf(stderr, " %s", one.name.data());
        std::fprintf(stderr, "\n");
        return 2;
    }
    std::vector<std::string> corpus = read_corpus(argv[2]);
    if (corpus.empty()) {
        std::fprintf(stderr, "%s holds no inputs\n", argv[2]);
        return 1;
    }
    for (const std::string& input : corpus) run(target->function, input);
    run(target->function, {});
    Mutator mutator(corpus);
    for (int i = 0; i < mutations; ++i) run(target->function, mutator.next());
    std::printf("%zu inputs and %d mutations\n", corpus.size(), mutations);
    return 0;
}
