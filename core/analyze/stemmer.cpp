#include "core/analyze/stemmer.h"

#include <libstemmer.h>

namespace quarry::analyze {

struct Stemmer::Snowball {
    sb_stemmer* stemmer;

    explicit Snowball(std::string_view language) : stemmer(sb_stemmer_new(std::string(language).c_str(), "UTF_8")) {}
    ~Snowball() { sb_stemmer_delete(stemmer); }
    Snowball(const Snowball&) = delete;
    Snowball& operator=(const Snowball&) = delete;
};

Stemmer::Stemmer(std::string_view language) : snowball_(std::make_unique<Snowball>(language)) {}
Stemmer::~Stemmer() = default;
Stemmer::Stemmer(Stemmer&&) noexcept = default;
Stemmer& Stemmer::operator=(Stemmer&&) noexcept = default;

std::string_view Stemmer::stem(std::string_view word) {
    if (snowball_->stemmer == nullptr) return word;
    const sb_symbol* stem = sb_stemmer_stem(snowball_->stemmer, reinterpret_cast<const sb_symbol*>(word.data()),
                                            static_cast<int>(word.size()));
    if (stem == nullptr) return word;
    return {reinterpret_cast<const char*>(stem), static_cast<std::size_t>(sb_stemmer_length(snowball_->stemmer))};
}

}  // namespace quarry::analyze
