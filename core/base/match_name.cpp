#include <array>
#include <cctype>
#include <cstddef>
#include <string_view>
#include <utility>

#include "core/base/ignore_rules.h"

namespace quarry {
namespace {

struct NamedClass {
    std::string_view name;
    int (*holds)(int);
};
constexpr std::array<NamedClass, 12> named_classes{{{"alnum", std::isalnum},
                                                    {"alpha", std::isalpha},
                                                    {"blank", std::isblank},
                                                    {"cntrl", std::iscntrl},
                                                    {"digit", std::isdigit},
                                                    {"graph", std::isgraph},
                                                    {"lower", std::islower},
                                                    {"print", std::isprint},
                                                    {"punct", std::ispunct},
                                                    {"space", std::isspace},
                                                    {"upper", std::isupper},
                                                    {"xdigit", std::isxdigit}}};

bool in_named_class(std::string_view name, unsigned char byte) {
    for (const NamedClass& known : named_classes) {
        if (known.name == name) return known.holds(byte) != 0;
    }
    return false;
}

/// The outcome of one pattern element: whether it takes the byte, and where the next element begins.
struct Step {
    bool matches = false;
    std::size_t next = 0;
};

/// A bracket expression that begins at `pattern[at]`; one that is never closed matches nothing.
Step match_bracket(std::string_view pattern, std::size_t at, unsigned char byte) {
    const Step broken{false, pattern.size()};
    std::size_t i = at + 1;
    const bool negated = i < pattern.size() && (pattern[i] == '!' || pattern[i] == '^');
    if (negated) ++i;
    bool found = false;
    for (bool first = true;; first = false) {
        if (i >= pattern.size()) return broken;
        if (pattern[i] == ']' && !first) return {found != negated, i + 1};
        if (pattern.substr(i, 2) == "[:") {
            const std::size_t end = pattern.find(":]", i + 2);
            if (end == std::string_view::npos) return broken;
            found |= in_named_class(pattern.substr(i + 2, end - i - 2), byte);
            i = end + 2;
            continue;
        }
        if (pattern[i] == '\\' && ++i >= pattern.size()) return broken;
        const auto low = static_cast<unsigned char>(pattern[i++]);
        auto high = low;
        if (i + 1 < pattern.size() && pattern[i] == '-' && pattern[i + 1] != ']') {
            ++i;
            if (pattern[i] == '\\' && ++i >= pattern.size()) return broken;
            high = static_cast<unsigned char>(pattern[i++]);
        }
        found |= byte >= low && byte <= high;
    }
}

/// The element at `pattern[at]`, which is no `*`, against one byte.
Step match_one(std::string_view pattern, std::size_t at, unsigned char byte) {
    switch (pattern[at]) {
        case '?': return {true, at + 1};
        case '[': return match_bracket(pattern, at, byte);
        case '\\':
            if (at + 1 == pattern.size()) return {false, at + 1};
            return {static_cast<unsigned char>(pattern[at + 1]) == byte, at + 2};
        default: return {static_cast<unsigned char>(pattern[at]) == byte, at + 1};
    }
}

}  // namespace

bool match_name(std::string_view pattern, std::string_view name) {
    std::size_t p = 0;
    std::size_t n = 0;
    // Where to go on when the present attempt fails: only the last star ever needs another try.
    std::size_t after_star = std::string_view::npos;
    std::size_t star_takes_to = 0;
    while (n < name.size()) {
        if (p < pattern.size() && pattern[p] == '*') {
            after_star = ++p;
            star_takes_to = n;
            continue;
        }
        if (p < pattern.size()) {
            const Step step = match_one(pattern, p, static_cast<unsigned char>(name[n]));
            if (step.matches) {
                p = step.next;
                ++n;
                continue;
            }
        }
        if (after_star == std::string_view::npos) return false;
        p = after_star;
        n = ++star_takes_to;
    }
    while (p < pattern.size() && pattern[p] == '*') ++p;
    return p == pattern.size();
}

}  // namespace quarry
