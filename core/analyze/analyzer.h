#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace quarry::analyze {

/// One index term and the bytes of the text that it came from.
struct Term {
    std::string text;  ///< Folded and stemmed; only characters that FTS5's unicode61 tokenizer keeps together.
    std::size_t start = 0;
    std::size_t end = 0;
    bool alternative = false;  ///< A further reading of the bytes of the term before (a part of an identifier).
};

/// Turns text into the terms that the lexical index holds and that queries are made of.
///
/// Lower case and NFKD folding without marks (ICU), words by UAX #29, Snowball stems, identifiers split at
/// camelCase and snake_case beside the whole, CJK as overlapping bigrams. Words in Latin letters within a language of
/// another script are taken for English. Deterministic. Not thread-safe: one analyzer a thread.
///
/// The index of a language whose accents tell words apart also has its accented words as they are written ("exact
/// forms"), behind the terms of the text, so that phrases are those of the terms alone.
class Analyzer {
public:
    /// What it is made for: it remembers the terms of words that it has seen, the more the more text there is.
    enum class Memory { large, small };

    /// `language` is ISO 639-1; one without a stemmer, or "", gives unstemmed terms.
    explicit Analyzer(std::string_view language = "en", Memory memory = Memory::large);
    ~Analyzer();
    Analyzer(Analyzer&&) noexcept;
    Analyzer& operator=(Analyzer&&) noexcept;

    /// Changes when the terms for some text change: an index made under another one must be rebuilt.
    [[nodiscard]] static std::string_view fingerprint() noexcept;

    /// From now on texts are in this language. Going back to one that it had costs nothing.
    void use(std::string_view language);

    /// The terms of valid UTF-8 `text`, in text order. Clears `terms` first and reuses its memory.
    void analyze(std::string_view text, std::vector<Term>& terms);
    /// What the index has of a text: its terms, then its exact forms. Calls `visit` for each, whose argument is valid
    /// until it returns.
    void for_each_term(std::string_view text, const std::function<void(std::string_view term)>& visit);
    /// The same joined with single spaces: what goes into FTS5.
    [[nodiscard]] std::string analyzed(std::string_view text);
    /// The exact form of one word; empty for a word without accents.
    [[nodiscard]] std::string exact_form(std::string_view word);

private:
    struct Impl;
    std::unique_ptr<Impl> impl_;
};

/// The version of ICU.
[[nodiscard]] std::string icu_version();

}  // namespace quarry::analyze
