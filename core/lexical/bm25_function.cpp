#include "core/lexical/bm25_function.h"

#include <algorithm>
#include <utility>

#include "core/lexical/fts5_api.h"

namespace quarry::lexical {

struct Bm25Function::State {
    Bm25Options options;
    std::vector<Phrase> phrases;
    std::optional<Bm25> bm25;  ///< Once the statistics of the table are known.
    std::vector<FieldCounts> occurrences;
    FieldCounts lengths{};

    [[nodiscard]] double score_of(std::size_t phrase) const {
        const double factor = bm25->idf(phrases[phrase].chunks) * phrases[phrase].term.weight;
        return factor * bm25->saturated(occurrences[phrase], bm25->norm(lengths));
    }
};

namespace {

/// Reads the table's statistics. Returns SQLite's code.
int read_statistics(Bm25Function::State& state, const Fts5ExtensionApi& api, Fts5Context* context) {
    sqlite3_int64 chunks = 0;
    int code = api.xRowCount(context, &chunks);
    std::array<std::uint64_t, term_fields> totals{};
    for (int field = 0; code == SQLITE_OK && field < static_cast<int>(term_fields); ++field) {
        sqlite3_int64 total = 0;
        code = api.xColumnTotalSize(context, field, &total);
        totals[static_cast<std::size_t>(field)] = static_cast<std::uint64_t>(total);
    }
    if (code == SQLITE_OK) state.bm25.emplace(state.options, static_cast<std::uint64_t>(chunks), totals);
    return code;
}

/// Reads what the row has. Returns SQLite's code.
int read_row(Bm25Function::State& state, const Fts5ExtensionApi& api, Fts5Context* context) {
    int code = SQLITE_OK;
    for (int field = 0; code == SQLITE_OK && field < static_cast<int>(term_fields); ++field) {
        int length = 0;
        code = api.xColumnSize(context, field, &length);
        state.lengths[static_cast<std::size_t>(field)] = static_cast<std::uint32_t>(length);
    }
    state.occurrences.assign(state.phrases.size(), FieldCounts{});
    const int phrases = api.xPhraseCount(context);
    std::size_t term = 0;   // that the phrase belongs to
    std::size_t known = 0;  // phrases of that term so far
    for (int phrase = 0; code == SQLITE_OK && phrase < phrases && term < state.phrases.size(); ++phrase) {
        Fts5PhraseIter places{};
        int field = 0;
        int offset = 0;
        code = api.xPhraseFirst(context, phrase, &places, &field, &offset);
        for (; code == SQLITE_OK && field >= 0; api.xPhraseNext(context, &places, &field, &offset)) {
            if (field < static_cast<int>(term_fields)) {
                ++state.occurrences[term][static_cast<std::size_t>(field)];
            }
        }
        if (++known > state.phrases[term].term.others.size()) {
            ++term;
            known = 0;
        }
    }
    return code;
}

void score_row(const Fts5ExtensionApi* api, Fts5Context* context, sqlite3_context* result, int /*arguments*/,
               sqlite3_value** /*values*/) {
    Bm25Function::State& state = *static_cast<Bm25Function::State*>(api->xUserData(context));
    try {
        int code = state.bm25 ? SQLITE_OK : read_statistics(state, *api, context);
        if (code == SQLITE_OK) code = read_row(state, *api, context);
        if (code != SQLITE_OK) {
            sqlite3_result_error_code(result, code);
            return;
        }
        double score = 0;
        for (std::size_t phrase = 0; phrase < state.phrases.size(); ++phrase) score += state.score_of(phrase);
        sqlite3_result_double(result, score);
    } catch (const std::bad_alloc&) {
        sqlite3_result_error_nomem(result);
    }
}

}  // namespace

void Bm25Function::Delete::operator()(State* state) const { delete state; }

Bm25Function::Bm25Function(SQLite::Database& database) : state_(new State) {
    fts5_api* const api = find_fts5_api(database);
    if (api != nullptr) api->xCreateFunction(api, "quarry_bm25", state_.get(), score_row, nullptr);
}

void Bm25Function::set_query(const Bm25Options& options, std::vector<Phrase> phrases) {
    *state_ = {options, std::move(phrases), std::nullopt, {}, {}};
}

LexicalExplanation Bm25Function::last_row() const {
    LexicalExplanation explanation;
    if (!state_->bm25) return explanation;
    explanation.length = state_->bm25->weighted_length(state_->lengths);
    explanation.average_length = state_->bm25->average_length();
    for (std::size_t i = 0; i < state_->occurrences.size(); ++i) {
        const Phrase& phrase = state_->phrases[i];
        if (state_->occurrences[i] == FieldCounts{}) continue;
        explanation.terms.push_back({phrase.term.text, phrase.term.prefix, phrase.term.weight, phrase.chunks,
                                     state_->bm25->idf(phrase.chunks), state_->occurrences[i], state_->score_of(i)});
    }
    std::stable_sort(explanation.terms.begin(), explanation.terms.end(),
                     [](const TermScore& left, const TermScore& right) { return left.score > right.score; });
    return explanation;
}

}  // namespace quarry::lexical
