#include "core/analyze/analyzer.h"

#include <unicode/uvernum.h>
#include <unicode/uversion.h>

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <map>
#include <optional>
#include <type_traits>

#include "core/analyze/fold.h"
#include "core/analyze/identifier.h"
#include "core/analyze/language.h"
#include "core/analyze/stemmer.h"
#include "core/analyze/term_cache.h"
#include "core/analyze/word_splitter.h"
#include "core/base/characters.h"
#include "core/base/invisible.h"
#include "core/base/text.h"

namespace quarry::analyze {
namespace {

// Of longer words only the beginning counts: they are encoded data, and terms must stay small.
constexpr std::size_t longest_word = 256;
// Text that needs ICU is given to it in pieces of about this size, so that memory is bounded whatever the input.
constexpr std::size_t longest_region = 16384;

bool is_ascii(std::string_view text) {
    unsigned seen = 0;
    for (const char c : text) seen |= static_cast<unsigned char>(c);
    return seen < 0x80;
}

/// Where the first byte beyond ASCII stands from `start` on; the text's size when there is none.
std::size_t find_beyond_ascii(std::string_view text, std::size_t start) {
    std::size_t i = start;
    for (std::uint64_t bytes = 0; text.size() - i >= sizeof bytes; i += sizeof bytes) {
        std::memcpy(&bytes, text.data() + i, sizeof bytes);
        if ((bytes & 0x8080808080808080) != 0) break;
    }
    while (i < text.size() && static_cast<unsigned char>(text[i]) < 0x80) ++i;
    return i;
}

/// What an ASCII character can be to a word.
enum class AsciiClass : unsigned char {
    none,
    plain,  ///< Small letters and digits.
    capital,
    connector,  ///< The underscore.
    joiner,     ///< What UAX #29 lets stand between letters or digits: ' . , ;
};

constexpr std::array<AsciiClass, 256> ascii_classes = [] {
    std::array<AsciiClass, 256> classes{};
    for (unsigned char c = 'a'; c <= 'z'; ++c) classes[c] = AsciiClass::plain;
    for (unsigned char c = 'A'; c <= 'Z'; ++c) classes[c] = AsciiClass::capital;
    for (unsigned char c = '0'; c <= '9'; ++c) classes[c] = AsciiClass::plain;
    for (const unsigned char c : {'\'', '.', ',', ';'}) classes[c] = AsciiClass::joiner;
    classes['_'] = AsciiClass::connector;
    return classes;
}();

constexpr AsciiClass ascii_class(char c) { return ascii_classes[static_cast<unsigned char>(c)]; }

/// Whether case folding leaves the CJK character alone: Kana, the main block of Han, and Hangul syllables.
bool folds_to_itself(char32_t c) {
    return (c >= 0x4E00 && c <= 0x9FFF) || (c >= 0x3041 && c <= 0x3096) || (c >= 0x30A1 && c <= 0x30FA) ||
           (c >= 0xAC00 && c <= 0xD7A3);
}

/// Takes the article or preposition off that French, Italian and Catalan write at a word: l'État, dell'arte, qu'on.
void remove_elision(std::string& word) {
    static constexpr std::string_view elided[] = {"l",     "d",  "un",    "qu",     "n",      "s",     "j",    "m",
                                                  "t",     "c",  "dell",  "all",    "nell",   "sull",  "dall", "quest",
                                                  "quell", "gl", "jusqu", "lorsqu", "puisqu", "quoiqu"};
    const std::size_t apostrophe = word.find('\'');
    if (apostrophe == std::string::npos || apostrophe + 2 >= word.size()) return;
    const std::string before = ascii_lower(std::string_view(word).substr(0, apostrophe));
    if (std::find(std::begin(elided), std::end(elided), before) != std::end(elided)) word.erase(0, apostrophe + 1);
}

/// Puts terms into a vector, overwriting those of the call before so that their strings' memory is used again.
class TermSink {
public:
    explicit TermSink(std::vector<Term>& terms) : terms_(terms) {}

    void operator()(std::string_view text, ByteSpan span, bool alternative) {
        if (used_ == terms_.size()) terms_.emplace_back();
        Term& term = terms_[used_++];
        term.text.assign(text);
        term.start = span.start;
        term.end = span.end;
        term.alternative = alternative;
    }
    void finish() { terms_.resize(used_); }

private:
    std::vector<Term>& terms_;
    std::size_t used_ = 0;
};

/// Joins terms with single spaces, in memory that is used again for the next text.
class TextSink {
public:
    explicit TextSink(std::vector<char>& buffer) : buffer_(buffer) {}

    void operator()(std::string_view term, ByteSpan /*span*/, bool /*alternative*/) {
        if (buffer_.size() - used_ < term.size() + 1) buffer_.resize(2 * buffer_.size() + term.size() + 1);
        char* const end = buffer_.data() + used_;
        copy(term, end);
        end[term.size()] = ' ';
        used_ += term.size() + 1;
    }
    [[nodiscard]] std::string text() const { return {buffer_.data(), used_ == 0 ? 0 : used_ - 1}; }

private:
    /// Most terms are short: two copies of a fixed size, which overlap, cost less than a call.
    static void copy(std::string_view term, char* target) {
        const std::size_t size = term.size();
        const auto copy_ends = [&](auto fixed) {
            std::memcpy(target, term.data(), fixed.value);
            std::memcpy(target + size - fixed.value, term.data() + size - fixed.value, fixed.value);
        };
        if (size > 16) {
            std::memcpy(target, term.data(), size);
        } else if (size >= 8) {
            copy_ends(std::integral_constant<std::size_t, 8>());
        } else if (size >= 4) {
            copy_ends(std::integral_constant<std::size_t, 4>());
        } else {
            for (std::size_t i = 0; i < size; ++i) target[i] = term[i];
        }
    }

    std::vector<char>& buffer_;
    std::size_t used_ = 0;
};

}  // namespace

struct Analyzer::Impl {
    Impl(std::string_view language, Memory its_memory) : memory(its_memory) { use(language); }

    /// How the words of a language become terms.
    struct Language {
        Language(std::string_view name, Memory memory)
            : stemmer(name),
              ascii_stemmer(is_written_in_latin(name) && !accents_tell_words_apart(name) ? name : "en"),
              cache(memory == Memory::large ? TermCache::Size::large : TermCache::Size::small),
              exact_cache(accents_tell_words_apart(name) ? std::optional<TermCache>(cache) : std::nullopt),
              accents_first(name == "en" || name.empty()),
              has_elisions(name == "fr" || name == "it" || name == "ca") {}

        Stemmer stemmer;
        Stemmer ascii_stemmer;
        TermCache cache;
        std::optional<TermCache> exact_cache;  ///< Of a language with exact forms.
        // English writes accents as it pleases (résumé, resume), so they go before its stemmer; in other languages the
        // stemmer's rules need them.
        bool accents_first;
        bool has_elisions;  ///< l'État, dell'arte
    };

    Folder folder;
    WordSplitter splitter;
    Memory memory;
    std::map<std::string, Language, std::less<>> languages;
    Language* in = nullptr;  ///< What texts are in at present.
    std::vector<ByteSpan> words;
    std::vector<ByteSpan> parts;
    std::string joined;
    std::vector<char> text_buffer;
    bool keeps_exact_forms = false;
    std::vector<std::string> exact_forms;  ///< Of the text that is analysed, where they are kept.

    /// The terms of a text, then its exact forms.
    template <typename Sink>
    void analyze_for_index(std::string_view text, Sink& sink);

    template <typename Sink>
    void analyze(std::string_view text, Sink& sink);
    template <typename Sink>
    void analyze_visible(std::string_view text, Sink& sink);
    template <typename Sink>
    void analyze_ascii(std::string_view text, ByteSpan region, Sink& sink);
    template <typename Sink>
    void analyze_unicode(std::string_view text, ByteSpan region, Sink& sink);
    template <typename Sink>
    void emit_cjk(std::string_view text, ByteSpan run, Sink& sink);
    template <typename Sink>
    void emit_word(std::string_view text, ByteSpan word, Sink& sink);
    template <typename Sink>
    void emit_field(std::string_view text, ByteSpan field, Sink& sink);
    template <typename Sink>
    void emit(std::string_view word, ByteSpan span, bool alternative, Sink& sink);

    void use(std::string_view language);
    [[nodiscard]] std::string make_term(std::string_view word);
    [[nodiscard]] std::string make_exact_form(std::string_view word);
    void append_cjk(std::string& term, std::string_view character, char32_t code_point);
};

void Analyzer::Impl::use(std::string_view language) {
    auto known = languages.find(language);
    if (known == languages.end()) known = languages.try_emplace(std::string(language), language, memory).first;
    in = &known->second;
}

std::string Analyzer::Impl::make_term(std::string_view word) {
    std::string spelled(word.substr(0, floor_to_code_point(word, longest_word)));
    for (std::size_t at = 0; (at = spelled.find("\xE2\x80\x99", at)) != std::string::npos;) {
        spelled.replace(at, 3, "'");  // the typographic apostrophe, which Snowball's English rules do not know
    }
    if (in->has_elisions) remove_elision(spelled);
    std::string term;
    if (is_ascii(spelled)) {
        term = in->ascii_stemmer.stem(ascii_lower(spelled));
        std::erase(term, '\'');
        std::erase(term, '_');
    } else if (in->accents_first) {
        term = in->stemmer.stem(folder.strip_marks(folder.casefold(spelled)));
    } else {
        term = folder.strip_marks(in->stemmer.stem(folder.casefold(spelled)));
        if (in->exact_cache) Folder::remove_strokes(term);
    }
    term.resize(floor_to_code_point(term, longest_word));
    return term;
}

std::string Analyzer::Impl::make_exact_form(std::string_view word) {
    if (is_ascii(word)) return {};
    std::string form = Folder::letters_of(folder.casefold(word.substr(0, floor_to_code_point(word, longest_word))));
    form.resize(floor_to_code_point(form, longest_word));
    return form == make_term(word) ? std::string() : form;
}

template <typename Sink>
void Analyzer::Impl::emit(std::string_view word, ByteSpan span, bool alternative, Sink& sink) {
    const std::string_view term =
        in->cache.term(word.substr(0, longest_word), [this](std::string_view missed) { return make_term(missed); });
    if (!term.empty()) sink(term, span, alternative);
    if (!keeps_exact_forms) return;
    const std::string_view exact = in->exact_cache->term(
        word.substr(0, longest_word), [this](std::string_view missed) { return make_exact_form(missed); });
    if (!exact.empty()) exact_forms.emplace_back(exact);
}

/// One name or plain word, without separators: the whole, then the parts of an identifier.
template <typename Sink>
void Analyzer::Impl::emit_field(std::string_view text, ByteSpan field, Sink& sink) {
    const std::string_view word = text.substr(field.start, field.end - field.start);
    emit(word, field, false, sink);
    if (word.size() > longest_word) return;
    split_identifier(text, field, parts);
    if (parts.size() < 2) return;
    for (const ByteSpan part : parts) {
        const std::string_view part_text = text.substr(part.start, part.end - part.start);
        if (count_code_points(part_text) > 1) emit(part_text, part, true, sink);
    }
}

template <typename Sink>
void Analyzer::Impl::emit_word(std::string_view text, ByteSpan word, Sink& sink) {
    const std::string_view whole = text.substr(word.start, word.end - word.start);
    const WordShape shape = word_shape(whole);
    if (shape.plain) {
        emit(whole, word, false, sink);
        return;
    }
    if (!shape.separated) {
        emit_field(text, word, sink);
        return;
    }
    if ((shape.acronym || shape.number) && whole.size() <= longest_word) {
        joined.clear();
        for (std::size_t i = 0; i < whole.size();) {
            const CodePoint point = decode_utf8(whole, i);
            if (!is_word_separator(point.value)) joined.append(whole, i, point.length);
            i += point.length;
        }
        emit(joined, word, false, sink);
        return;
    }
    std::size_t start = word.start;
    for (std::size_t i = word.start; i < word.end;) {
        const CodePoint point = decode_utf8(text, i);
        if (is_word_separator(point.value)) {
            if (i > start) emit_field(text, {start, i}, sink);
            start = i + point.length;
        }
        i += point.length;
    }
    if (word.end > start) emit_field(text, {start, word.end}, sink);
}

template <typename Sink>
void Analyzer::Impl::analyze_ascii(std::string_view text, ByteSpan region, Sink& sink) {
    for (std::size_t i = region.start; i < region.end;) {
        const AsciiClass first = ascii_class(text[i]);
        if (first == AsciiClass::none || first == AsciiClass::joiner) {
            ++i;
            continue;
        }
        // Nearly all words are small letters behind any first one, or capitals alone, and end before something that
        // joins nothing.
        std::size_t end = i + 1;
        const bool capitals =
            first == AsciiClass::capital && end < region.end && ascii_class(text[end]) == AsciiClass::capital;
        const AsciiClass rest = capitals ? AsciiClass::capital : AsciiClass::plain;
        while (end < region.end && ascii_class(text[end]) == rest) ++end;
        if (first != AsciiClass::connector && (end == region.end || ascii_class(text[end]) == AsciiClass::none)) {
            emit(text.substr(i, end - i), {i, end}, false, sink);
        } else {
            end = ascii_word_end(text, i, region.end);
            emit_word(text, {i, end}, sink);
        }
        i = end;
    }
}

void Analyzer::Impl::append_cjk(std::string& term, std::string_view character, char32_t code_point) {
    if (folds_to_itself(code_point)) {
        term.append(character);
    } else {
        term.append(folder.casefold(character));
    }
}

/// Overlapping pairs of characters; a single one by itself.
template <typename Sink>
void Analyzer::Impl::emit_cjk(std::string_view text, ByteSpan run, Sink& sink) {
    CodePoint point = decode_utf8(text, run.start);
    std::size_t start = run.start;
    if (start + point.length == run.end) {
        joined.clear();
        append_cjk(joined, text.substr(start, point.length), point.value);
        if (!joined.empty()) sink(joined, run, false);
        return;
    }
    for (std::size_t next = start + point.length; next < run.end;) {
        const CodePoint second = decode_utf8(text, next);
        joined.clear();
        append_cjk(joined, text.substr(start, point.length), point.value);
        append_cjk(joined, text.substr(next, second.length), second.value);
        if (!joined.empty()) sink(joined, {start, next + second.length}, false);
        start = next;
        next += second.length;
        point = second;
    }
}

/// Text with characters beyond ASCII: runs of CJK by pairs, what is between them by ICU's words.
template <typename Sink>
void Analyzer::Impl::analyze_unicode(std::string_view text, ByteSpan region, Sink& sink) {
    const auto emit_other = [&](ByteSpan run) {
        const std::string_view run_text = text.substr(run.start, run.end - run.start);
        if (is_ascii(run_text)) {
            analyze_ascii(text, run, sink);
            return;
        }
        words.clear();
        splitter.split(run_text, run.start, words);
        for (const ByteSpan word : words) emit_word(text, word, sink);
    };
    std::size_t run_start = region.start;
    bool run_is_cjk = false;
    const auto end_run = [&](std::size_t end) {
        if (end > run_start) {
            if (run_is_cjk) {
                emit_cjk(text, {run_start, end}, sink);
            } else {
                emit_other({run_start, end});
            }
        }
        run_start = end;
    };
    for (std::size_t i = region.start; i < region.end;) {
        const CodePoint point = decode_utf8(text, i);
        if (is_cjk(point.value) != run_is_cjk) {
            end_run(i);
            run_is_cjk = !run_is_cjk;
        }
        i += point.length;
    }
    end_run(region.end);
}

/// Passes by characters that nobody sees, such as soft hyphens; the places of terms are those of the text with them.
template <typename Sink>
void Analyzer::Impl::analyze(std::string_view text, Sink& sink) {
    if (!may_hold_invisible(text)) return analyze_visible(text, sink);
    const VisibleText visible(text);
    const auto with_places = [&](std::string_view term, ByteSpan span, bool alternative) {
        sink(term, {visible.source_of(span.start), visible.source_end(span.end)}, alternative);
    };
    analyze_visible(visible.text(), with_places);
}

template <typename Sink>
void Analyzer::Impl::analyze_for_index(std::string_view text, Sink& sink) {
    exact_forms.clear();
    keeps_exact_forms = in->exact_cache.has_value();
    analyze(text, sink);
    keeps_exact_forms = false;
    for (const std::string& form : exact_forms) sink(form, ByteSpan{text.size(), text.size()}, true);
}

/// Goes from one stretch without blanks to the next; those with characters beyond ASCII are taken together.
template <typename Sink>
void Analyzer::Impl::analyze_visible(std::string_view text, Sink& sink) {
    const auto is_blank = [&](std::size_t i) { return static_cast<unsigned char>(text[i]) <= ' '; };
    const bool can_be_long = text.size() > longest_region;
    std::size_t beyond_ascii = 0;  // the next place that needs ICU
    std::size_t unicode_start = 0;
    std::size_t unicode_end = 0;
    const auto flush = [&] {
        if (unicode_end > unicode_start) analyze_unicode(text, {unicode_start, unicode_end}, sink);
        unicode_end = unicode_start;
    };
    for (std::size_t i = 0; i < text.size();) {
        if (is_blank(i)) {
            ++i;
            continue;
        }
        const std::size_t start = i;
        if (beyond_ascii < i || i == 0) beyond_ascii = find_beyond_ascii(text, i);
        // All stretches before it at once, unless one may have to be cut.
        std::size_t ascii_end = can_be_long ? i : beyond_ascii;
        while (ascii_end < text.size() && ascii_end > i && !is_blank(ascii_end - 1)) --ascii_end;
        if (ascii_end > i) {
            flush();
            analyze_ascii(text, {i, ascii_end}, sink);
            i = ascii_end;
            continue;
        }
        unsigned seen = 0;
        const std::size_t limit = std::min(text.size(), start + longest_region);
        for (; i < limit && !is_blank(i); ++i) seen |= static_cast<unsigned char>(text[i]);
        if (i == limit && i < text.size()) i = floor_to_code_point(text, i);
        if (seen < 0x80) {
            flush();
            analyze_ascii(text, {start, i}, sink);
        } else {
            if (unicode_end > unicode_start && i - unicode_start > longest_region) flush();
            if (unicode_end <= unicode_start) unicode_start = start;
            unicode_end = i;
        }
    }
    flush();
}

Analyzer::Analyzer(std::string_view language, Memory memory) : impl_(std::make_unique<Impl>(language, memory)) {}
Analyzer::~Analyzer() = default;
Analyzer::Analyzer(Analyzer&&) noexcept = default;
Analyzer& Analyzer::operator=(Analyzer&&) noexcept = default;

std::string_view Analyzer::fingerprint() noexcept { return "quarry-analyzer/3 icu/" U_ICU_VERSION; }

void Analyzer::use(std::string_view language) { impl_->use(language); }

void Analyzer::analyze(std::string_view text, std::vector<Term>& terms) {
    TermSink sink(terms);
    impl_->keeps_exact_forms = false;
    impl_->analyze(text, sink);
    sink.finish();
}

void Analyzer::for_each_term(std::string_view text, const std::function<void(std::string_view term)>& visit) {
    const auto sink = [&](std::string_view term, ByteSpan /*span*/, bool /*alternative*/) { visit(term); };
    impl_->analyze_for_index(text, sink);
}

std::string Analyzer::analyzed(std::string_view text) {
    TextSink sink(impl_->text_buffer);
    impl_->analyze_for_index(text, sink);
    return sink.text();
}

std::string Analyzer::exact_form(std::string_view word) { return impl_->make_exact_form(word); }

std::string icu_version() {
    UVersionInfo version;
    u_getVersion(version);
    char text[U_MAX_VERSION_STRING_LENGTH];
    u_versionToString(version, text);
    return text;
}

}  // namespace quarry::analyze
