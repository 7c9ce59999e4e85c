#include "core/migrate/import_alembic.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>
#include <utility>

#include "core/base/error.h"
#include "core/base/file.h"
#include "core/base/text.h"
#include "core/migrate/import_folder.h"
#include "core/migrate/import_names.h"
#include "core/migrate/import_script.h"
#include "core/migrate/migration_list.h"
#include "core/migrate/statement_rules.h"
#include "core/sql/lexemes.h"
#include "core/sql/splitter.h"

namespace quarry::migrate {
namespace {

/// "-- Running upgrade A, B -> C"
struct RevisionMarker {
    std::vector<std::string> from;
    std::vector<std::string> to;
    std::size_t start = 0;
    std::size_t end = 0;
};

std::vector<std::string> revision_list(std::string_view text) {
    std::vector<std::string> revisions;
    for (const std::string_view one : split(text, ',')) {
        if (!trim(one).empty()) revisions.emplace_back(trim(one));
    }
    return revisions;
}

std::optional<RevisionMarker> read_marker(std::string_view text, const sql::Token& token, std::string_view step) {
    if (token.kind != sql::TokenKind::line_comment) return std::nullopt;
    std::string_view comment = trim(text.substr(token.start + 2, token.end - token.start - 2));
    if (!comment.starts_with(step)) return std::nullopt;
    comment.remove_prefix(step.size());
    constexpr std::string_view arrow = "->";
    const std::size_t at = comment.find(arrow);
    if (at == std::string_view::npos) return std::nullopt;
    return RevisionMarker{revision_list(comment.substr(0, at)), revision_list(comment.substr(at + arrow.size())),
                          token.start, token.end};
}

/// One direction of all revisions, as Alembic printed it.
class AlembicOutput {
public:
    AlembicOutput(sql::Dialect dialect, const std::filesystem::path& path, std::string_view step, std::string table)
        : dialect_(dialect),
          step_(step),
          table_(std::move(table)),
          name_(path.string()),
          text_(std::make_shared<const std::string>(normalised_text(read_file(path, MigrationList::max_file_bytes)))),
          source_{name_, *text_} {
        if (const auto invalid = find_invalid_utf8(*text_)) {
            throw source_.error_at(*invalid, "the file is not valid UTF-8 here", "save it as UTF-8");
        }
        sql::Lexer lexer(dialect_, *text_);
        while (const auto token = lexer.next()) {
            sql::require_closed(source_, *token);
            if (auto marker = read_marker(*text_, *token, step_)) markers_.push_back(std::move(*marker));
        }
        if (markers_.empty()) {
            throw source_.error_at(0, fmt::format("there is no line \"-- {} A -> B\"", step_),
                                   "give what Alembic printed: alembic upgrade head --sql > up.sql, and for the way "
                                   "back alembic downgrade head:base --sql > down.sql");
        }
        require_own_only({0, markers_.front().start});
    }

    AlembicOutput(const AlembicOutput&) = delete;
    AlembicOutput& operator=(const AlembicOutput&) = delete;

    [[nodiscard]] const std::vector<RevisionMarker>& markers() const noexcept { return markers_; }
    [[nodiscard]] sql::SourceText source() const noexcept { return source_; }

    struct Part {
        std::string text;  ///< Empty when the revision has no statement.
        bool transactional = true;
    };
    /// What one revision runs.
    [[nodiscard]] Part part(std::size_t index) const {
        sql::Section range{markers_[index].end,
                           index + 1 < markers_.size() ? markers_[index + 1].start : text_->size()};
        if (range.start < range.end && (*text_)[range.start] == '\n') ++range.start;
        Part part;
        TextEdits edits(*text_);
        bool any = false;
        sql::Splitter splitter(dialect_, source_, range);
        while (const auto statement = splitter.next()) {
            const std::string_view sql =
                std::string_view(*text_).substr(statement->start, statement->end - statement->start);
            if (is_own(sql)) {
                edits.erase(*statement);
                continue;
            }
            any = true;
            if (refuse_statement(dialect_, sql, true) && needs_no_transaction(dialect_, sql))
                part.transactional = false;
        }
        if (any) part.text = std::string(trim(edits.apply(range))) + "\n";
        return part;
    }

private:
    /// Whether a statement is Alembic's own: about its ledger, or the transaction around.
    [[nodiscard]] bool is_own(std::string_view sql) const {
        if (is_begin(dialect_, sql) || is_commit(dialect_, sql)) return true;
        const std::vector<sql::Lexeme> words = sql::lexemes(dialect_, sql);
        if (words.size() < 3) return false;
        std::size_t at = 0;
        if (words[0].is("update")) at = 1;
        if ((words[0].is("insert") && words[1].is("into")) || (words[0].is("delete") && words[1].is("from")) ||
            ((words[0].is("create") || words[0].is("drop")) && words[1].is("table"))) {
            at = 2;
        }
        if (at == 0) return false;
        while (at + 2 < words.size() && words[at + 1].is(".")) at += 2;
        return sql::name_of(dialect_, words[at]) == table_;
    }

    void require_own_only(sql::Section preamble) const {
        sql::Splitter splitter(dialect_, source_, preamble);
        while (const auto statement = splitter.next()) {
            if (is_own(std::string_view(*text_).substr(statement->start, statement->end - statement->start))) continue;
            throw source_.error_at(statement->start, "this statement belongs to no revision",
                                   fmt::format("it stands before the first \"-- {} A -> B\"", step_));
        }
    }

    sql::Dialect dialect_;
    std::string_view step_;
    std::string table_;
    std::string name_;
    std::shared_ptr<const std::string> text_;
    sql::SourceText source_;
    std::vector<RevisionMarker> markers_;
};

/// The value of `revision = "..."` in a Python file; Alembic writes it on one line.
std::string revision_of(std::string_view text) {
    for (std::string_view line : split(text, '\n')) {
        if (!line.starts_with("revision")) continue;
        const std::string_view left = line.substr(0, line.find('='));
        const std::string_view name = trim(left.substr(0, left.find(':')));
        if (name != "revision" || left.size() == line.size()) continue;
        const std::string_view value = trim(line.substr(left.size() + 1));
        if (value.size() < 2 || (value.front() != '"' && value.front() != '\'')) continue;
        const std::size_t end = value.find(value.front(), 1);
        if (end != std::string_view::npos) return std::string(value.substr(1, end - 1));
    }
    return {};
}

/// A revision's Python file.
struct RevisionFile {
    std::string path;
    std::string name;  ///< The words of its file name.
};

std::map<std::string, RevisionFile> revision_files(const std::filesystem::path& folder) {
    std::map<std::string, RevisionFile> files;
    if (folder.empty()) return files;
    for (const std::string& name : foreign_files(folder)) {
        if (!name.ends_with(".py")) continue;
        const std::string path = (folder / name).string();
        const std::string revision = revision_of(read_foreign_text(path));
        if (revision.empty()) continue;
        std::string words = name.substr(0, name.size() - 3);
        if (const std::size_t at = words.find(revision); at != std::string::npos) words.erase(at, revision.size());
        const auto [there, added] = files.emplace(revision, RevisionFile{path, importable_name(words)});
        if (added) continue;
        throw Error(ErrorCode::migration_order,
                    fmt::format("two files have the revision {}: {} and {}", revision, there->second.path, path),
                    "Alembic would refuse them too: one of them must go");
    }
    return files;
}

void require_every_revision(const std::map<std::string, RevisionFile>& files,
                            const std::vector<ImportedMigration>& migrations, const ImportSource& source) {
    for (const auto& entry : files) {
        const std::string& revision = entry.first;
        const bool there = std::any_of(migrations.begin(), migrations.end(),
                                       [&](const auto& one) { return one.foreign.id == revision; });
        if (there) continue;
        throw Error(ErrorCode::failed,
                    fmt::format("{} does not have the revision {}", source.up_sql.string(), revision),
                    "make it again, from the first revision to all heads: alembic upgrade heads --sql > up.sql")
            .because(fmt::format("its file is {}", entry.second.path));
    }
}

void require_opposite(const AlembicOutput& down, const std::vector<ImportedMigration>& migrations) {
    for (const RevisionMarker& marker : down.markers()) {
        const bool known = marker.from.size() == 1 &&
                           std::any_of(migrations.begin(), migrations.end(), [&](const ImportedMigration& one) {
                               return one.foreign.id == marker.from.front();
                           });
        if (known) continue;
        throw down.source().error_at(marker.start, "this undoes a revision that the way up does not have",
                                     "make both files from the same revisions");
    }
}

std::string convert_parts(const AlembicOutput::Part& up, const std::optional<AlembicOutput::Part>& down,
                          std::vector<std::string>& changes) {
    const auto opening = [](std::string_view marker, const AlembicOutput::Part& part) {
        Script script;
        script.transactional = part.transactional;
        return section_opening(marker, script, {});
    };
    const std::string nothing = std::string(nothing_to_do) + "\n";
    if (up.text.empty()) changes.emplace_back("a revision without statements has one that does nothing");
    std::optional<std::string> down_text;
    std::string down_opening;
    if (down && (!down->text.empty() || up.text.empty())) {
        down_text = down->text.empty() ? nothing : down->text;
        down_opening = opening("down", *down);
    } else if (down) {
        down_text = "";
        down_opening = irreversible_line(foreign_tool_name(ForeignTool::alembic));
        changes.emplace_back("its empty downgrade makes it irreversible");
    }
    return two_sections(opening("up", up), up.text.empty() ? nothing : up.text, down_opening, down_text);
}

}  // namespace

std::vector<ImportedMigration> read_alembic(sql::Dialect dialect, const ImportSource& source) {
    const std::string given = source.ledger_table.empty() ? "alembic_version" : source.ledger_table;
    const std::string table = given.substr(given.rfind('.') + 1);
    const auto files = revision_files(source.folder);
    const AlembicOutput up(dialect, source.up_sql, "Running upgrade", table);
    std::vector<ImportedMigration> migrations;
    for (const RevisionMarker& marker : up.markers()) {
        if (marker.to.size() != 1) {
            throw up.source().error_at(marker.start, "this line does not say which revision it runs",
                                       "it should read: -- Running upgrade A -> B");
        }
        const std::string& revision = marker.to.front();
        if (std::any_of(migrations.begin(), migrations.end(),
                        [&](const auto& m) { return m.foreign.id == revision; })) {
            throw up.source().error_at(marker.start, fmt::format("the revision {} comes twice", revision),
                                       "the file must hold the output of one command", ErrorCode::migration_order);
        }
        ImportedMigration migration;
        migration.foreign = {revision, marker.from};
        const auto file = files.find(revision);
        migration.sources = {file == files.end() ? source.up_sql.string() : file->second.path};
        migration.file_name = file == files.end() ? importable_name("revision_" + revision) : file->second.name;
        migrations.push_back(std::move(migration));
    }
    require_every_revision(files, migrations, source);

    std::optional<AlembicOutput> down;
    if (!source.down_sql.empty()) down.emplace(dialect, source.down_sql, "Running downgrade", table);
    if (down) require_opposite(*down, migrations);
    for (std::size_t i = 0; i < migrations.size(); ++i) {
        std::optional<AlembicOutput::Part> way_back;
        for (std::size_t j = 0; down && j < down->markers().size(); ++j) {
            if (down->markers()[j].from.front() == migrations[i].foreign.id) way_back = down->part(j);
        }
        migrations[i].text = convert_parts(up.part(i), way_back, migrations[i].changes);
    }
    return migrations;
}

}  // namespace quarry::migrate
