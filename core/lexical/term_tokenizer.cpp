#include "core/lexical/term_tokenizer.h"

#include <array>
#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <string_view>

#include "core/db/sqlite_api.h"
#include "core/base/error.h"
#include "core/db/sqlite.h"
#include "core/lexical/fts5_api.h"

namespace quarry::lexical {
namespace {

constexpr const char* tokenizer_name = "unicode61";

/// FTS5's own tokenizer, as it is registered.
struct OwnTokenizer {
    fts5_tokenizer methods{};
    void* context = nullptr;
};

/// What one FTS5 table cuts its text with.
struct PlainTokenizer {
    const OwnTokenizer* own = nullptr;
    Fts5Tokenizer* instance = nullptr;  ///< Of `own`.
    bool plain = false;                 ///< With the default classes of characters.
};

using TakeToken = int (*)(void*, int, const char*, int, int, int);

/// ASCII as `unicode61` has it: what a letter or digit is folded to, and 0 for what stands between tokens.
constexpr std::array<char, 128> folded = [] {
    std::array<char, 128> table{};
    for (std::size_t c = '0'; c <= '9'; ++c) table[c] = static_cast<char>(c);
    for (std::size_t c = 'a'; c <= 'z'; ++c) {
        table[c] = static_cast<char>(c);
        table[c - 0x20] = static_cast<char>(c);
    }
    return table;
}();

bool is_ascii_byte(char c) { return static_cast<unsigned char>(c) < 0x80; }
bool is_token_byte(char c) { return is_ascii_byte(c) && folded[static_cast<unsigned char>(c)] != 0; }

/// Hands tokens of a piece of a text on as those of the text.
struct PieceContext {
    void* context;
    TakeToken take;
    int base;

    static int forward(void* self, int flags, const char* token, int size, int start, int end) {
        const PieceContext& piece = *static_cast<PieceContext*>(self);
        return piece.take(piece.context, flags, token, size, piece.base + start, piece.base + end);
    }
};

/// Cuts a text; words with characters beyond ASCII go to FTS5's own tokenizer.
int tokenize_plain(const PlainTokenizer& tokenizer, void* context, int flags, std::string_view text, TakeToken take) {
    std::string lower;
    for (std::size_t at = 0; at < text.size();) {
        if (is_ascii_byte(text[at]) && !is_token_byte(text[at])) {
            ++at;
            continue;
        }
        std::size_t end = at;
        bool is_lower = true;
        for (; end < text.size() && is_token_byte(text[end]); ++end) {
            is_lower &= folded[static_cast<unsigned char>(text[end])] == text[end];
        }
        if (end < text.size() && !is_ascii_byte(text[end])) {
            // Up to the next blank, which no token and no character crosses, it is the other's.
            while (end < text.size() && text[end] != ' ') ++end;
            PieceContext piece{context, take, static_cast<int>(at)};
            const int status = tokenizer.own->methods.xTokenize(tokenizer.instance, &piece, flags, text.data() + at,
                                                                static_cast<int>(end - at), PieceContext::forward);
            if (status != SQLITE_OK) return status;
        } else {
            std::string_view token = text.substr(at, end - at);
            if (!is_lower) {
                lower.assign(token);
                for (char& c : lower) c = folded[static_cast<unsigned char>(c)];
                token = lower;
            }
            const int status = take(context, 0, token.data(), static_cast<int>(token.size()), static_cast<int>(at),
                                    static_cast<int>(end));
            if (status != SQLITE_OK) return status;
        }
        at = end;
    }
    return SQLITE_OK;
}

int create(void* context, const char** arguments, int count, Fts5Tokenizer** result) {
    const auto& own = *static_cast<const OwnTokenizer*>(context);
    std::unique_ptr<PlainTokenizer> made(new (std::nothrow) PlainTokenizer);
    if (made == nullptr) return SQLITE_NOMEM;
    made->own = &own;
    // What becomes of marks changes nothing in ASCII; every other argument may.
    made->plain = count == 0 || (count == 2 && std::string_view(arguments[0]) == "remove_diacritics");
    const int status = own.methods.xCreate(own.context, arguments, count, &made->instance);
    if (status != SQLITE_OK) return status;
    *result = reinterpret_cast<Fts5Tokenizer*>(made.release());
    return SQLITE_OK;
}

void destroy(Fts5Tokenizer* self) {
    const std::unique_ptr<PlainTokenizer> tokenizer(reinterpret_cast<PlainTokenizer*>(self));
    tokenizer->own->methods.xDelete(tokenizer->instance);
}

int tokenize(Fts5Tokenizer* self, void* context, int flags, const char* text, int size, TakeToken take) {
    const PlainTokenizer& tokenizer = *reinterpret_cast<PlainTokenizer*>(self);
    if (!tokenizer.plain) {
        return tokenizer.own->methods.xTokenize(tokenizer.instance, context, flags, text, size, take);
    }
    const std::string_view given(text == nullptr ? "" : text, text == nullptr ? 0 : static_cast<std::size_t>(size));
    try {
        const int status = tokenize_plain(tokenizer, context, flags, given, take);
        return status == SQLITE_DONE ? SQLITE_OK : status;
    } catch (const std::bad_alloc&) {
        return SQLITE_NOMEM;
    }
}

}  // namespace

void register_term_tokenizer(SQLite::Database& database) {
    fts5_api* const api = find_fts5_api(database);
    if (api == nullptr) return;
    auto own = std::make_unique<OwnTokenizer>();
    if (api->xFindTokenizer(api, tokenizer_name, &own->context, &own->methods) != SQLITE_OK) return;
    fts5_tokenizer methods{create, destroy, tokenize};
    const auto drop = [](void* context) { delete static_cast<OwnTokenizer*>(context); };
    if (api->xCreateTokenizer(api, tokenizer_name, own.get(), &methods, drop) == SQLITE_OK) {
        static_cast<void>(own.release());  // the connection's now
    }
}

struct TermTokenizer::Instance {
    Instance() {
        fts5_api* const api = find_fts5_api(database);
        void* context = nullptr;
        std::array<const char*, 2> arguments{"remove_diacritics", "0"};
        if (api == nullptr || api->xFindTokenizer(api, tokenizer_name, &context, &methods) != SQLITE_OK ||
            methods.xCreate(context, arguments.data(), arguments.size(), &own) != SQLITE_OK) {
            throw Error(ErrorCode::failed, "cannot index terms").because("SQLite has no full-text search (FTS5)");
        }
    }
    ~Instance() { methods.xDelete(own); }
    Instance(const Instance&) = delete;
    Instance& operator=(const Instance&) = delete;

    SQLite::Database database = db::open_sqlite_memory();  ///< Any; FTS5 is asked through it.
    fts5_tokenizer methods{};
    Fts5Tokenizer* own = nullptr;
};

TermTokenizer::TermTokenizer() = default;
TermTokenizer::~TermTokenizer() = default;
TermTokenizer::TermTokenizer(TermTokenizer&&) noexcept = default;
TermTokenizer& TermTokenizer::operator=(TermTokenizer&&) noexcept = default;

std::vector<std::string> TermTokenizer::tokens(std::string_view text) {
    if (instance_ == nullptr) instance_ = std::make_unique<Instance>();
    std::vector<std::string> tokens;
    const auto take = [](void* context, int, const char* token, int size, int, int) -> int {
        try {
            static_cast<std::vector<std::string>*>(context)->emplace_back(token, static_cast<std::size_t>(size));
        } catch (const std::bad_alloc&) {
            return SQLITE_NOMEM;
        }
        return SQLITE_OK;
    };
    const int status = instance_->methods.xTokenize(instance_->own, &tokens, FTS5_TOKENIZE_DOCUMENT, text.data(),
                                                    static_cast<int>(text.size()), take);
    if (status != SQLITE_OK) throw std::bad_alloc();
    return tokens;
}

}  // namespace quarry::lexical
