// What it takes to read spans of documents from bases, in turns: from one whose texts are packed, and from one whose
// texts are stored as they are, which this makes too. Processor time, since other work on the machine disturbs that
// less.
#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <ctime>
#include <memory>
#include <random>
#include <string>
#include <vector>

#include "core/base/error.h"
#include "core/store/sqlite/text_packing.h"
#include "core/store/store.h"

namespace {

using namespace quarry;
constexpr std::size_t spans = 10'000;
constexpr std::size_t longest_span = 400;
constexpr int rounds = 7;

struct Span {
    std::int64_t document = 0;
    std::size_t start = 0, end = 0;
};

/// The same for each run; a document is drawn by its length.
std::vector<Span> draw_spans(const store::Store& store) {
    std::vector<std::pair<std::int64_t, std::size_t>> documents;
    std::vector<double> sizes;
    std::int64_t after = 0;
    for (;;) {
        const std::vector<std::int64_t> ids = store.document_ids(after, 1'000);
        if (ids.empty()) break;
        for (const std::int64_t id : ids) {
            documents.emplace_back(id, store.document_text(id)->size());
            sizes.push_back(static_cast<double>(documents.back().second));
        }
        after = ids.back();
    }
    std::mt19937_64 random(1);
    std::discrete_distribution<std::size_t> draw(sizes.begin(), sizes.end());
    std::vector<Span> drawn;
    while (drawn.size() < spans) {
        const auto& [id, size] = documents[draw(random)];
        if (size == 0) continue;
        const std::size_t start = std::uniform_int_distribution<std::size_t>(0, size - 1)(random);
        const std::size_t length = std::uniform_int_distribution<std::size_t>(1, longest_span)(random);
        drawn.push_back({id, start, std::min(size, start + length)});
    }
    return drawn;
}

double read_all(const store::Store& store, const std::vector<Span>& drawn, std::size_t& bytes) {
    const std::clock_t start = std::clock();
    bytes = 0;
    for (const Span& span : drawn) bytes += store.document_span(span.document, span.start, span.end).size();
    return static_cast<double>(std::clock() - start) / CLOCKS_PER_SEC;
}

void compare(const std::vector<std::string>& bases) {
    std::vector<std::unique_ptr<store::Store>> stores;
    for (const std::string& base : bases) stores.push_back(store::open_store(base, store::StoreMode::read));
    const std::vector<Span> drawn = draw_spans(*stores.front());
    std::vector<double> best(stores.size(), 1e9);
    for (int round = 0; round < rounds; ++round) {
        for (std::size_t i = 0; i < stores.size(); ++i) {
            std::size_t bytes = 0;
            best[i] = std::min(best[i], read_all(*stores[i], drawn, bytes));
            if (round == 0) std::puts(fmt::format("{}: {} bytes", bases[i], bytes).c_str());
        }
    }
    for (std::size_t i = 0; i < stores.size(); ++i) {
        std::puts(fmt::format("{}: {} spans in {:.1f} ms, {:.1f} us each", bases[i], spans, best[i] * 1e3,
                              best[i] * 1e6 / spans)
                      .c_str());
    }
}

/// Stores all texts as they are, in parts of up to `most` bytes, and forgets the checksums: the next `quarry ingest`
/// makes them.
void unpack(const std::string& base, std::int64_t most) {
    SQLite::Database database(base, SQLite::OPEN_READWRITE);
    store::register_unpacking(database);
    database.exec("BEGIN");
    database.exec("UPDATE document_parts SET text = quarry_unpacked(packed), packed = NULL WHERE packed IS NOT NULL");
    SQLite::Statement parts(
        database, "SELECT id, document_id, length(CAST(text AS BLOB)) FROM document_parts ORDER BY 2, start_byte");
    SQLite::Statement append(database,
                             "UPDATE document_parts SET text = text || (SELECT text FROM document_parts WHERE id = ?2),"
                             " blocks = (SELECT json_group_array(json(value)) FROM (SELECT value FROM json_each(blocks)"
                             " UNION ALL SELECT value FROM document_parts AS other, json_each(other.blocks)"
                             " WHERE other.id = ?2)) WHERE id = ?1");
    SQLite::Statement remove(database, "DELETE FROM document_parts WHERE id = ?");
    std::vector<std::array<std::int64_t, 3>> rows;
    while (parts.executeStep()) {
        rows.push_back({parts.getColumn(0).getInt64(), parts.getColumn(1).getInt64(), parts.getColumn(2).getInt64()});
    }
    std::array<std::int64_t, 3> last{};
    for (const auto& [id, document, size] : rows) {
        if (document != last[1] || last[2] + size > most) {
            last = {id, document, size};
            continue;
        }
        append.bind(1, last[0]);
        append.bind(2, id);
        append.exec();
        append.reset();
        remove.bind(1, id);
        remove.exec();
        remove.reset();
        last[2] += size;
    }
    database.exec("DELETE FROM row_checksums");
    database.exec("DELETE FROM settings WHERE name = 'row_checksums'");
    database.exec("COMMIT");
    database.exec("VACUUM");
}

}  // namespace

int main(int argc, char** argv) {
    try {
        const std::vector<std::string> words(argv + 1, argv + argc);
        if (words.size() == 3 && words[0] == "unpack") {
            unpack(words[1], std::stoll(words[2]));
        } else if (words.size() > 1 && words[0] == "read") {
            compare({words.begin() + 1, words.end()});
        } else {
            std::fputs("usage: spans_bench unpack BASE BYTES_OF_A_PART | spans_bench read BASE...\n", stderr);
            return 2;
        }
    } catch (const std::exception& error) {
        std::fputs(fmt::format("{}\n", error.what()).c_str(), stderr);
        return 1;
    }
    return 0;
}
