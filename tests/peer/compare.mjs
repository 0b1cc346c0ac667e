// compare.mjs -- puts the lines of peer_requests to the other evaluator and
// classifies every difference. Exit status: 0 none outside the classes, 1 some,
// 2 wrong use.
// usage: compare.mjs PACKAGE-ENTRY DOCS <LINES
import { readFileSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { pathToFileURL } from 'node:url'

import { classes } from './classes.mjs'
import { Peer, skipReason } from './simulate.mjs'
import { clone, translate } from './translate.mjs'

const SHOWN = 5 // unclassified differences that are printed whole

const sum = (counts) => [...counts.values()].reduce((a, b) => a + b, 0)

const count = (table, key) => table.set(key, (table.get(key) ?? 0) + 1)

// The case after the rewritings, or null when one of them changes nothing.
async function rewritten(original, chosen, peer) {
  const c = clone(original)
  for (const { rewrite } of chosen) {
    if (!(await rewrite(c, peer))) return null
  }
  return c
}

// All classes that change anything, one after the other.
async function allThatChange(original, peer) {
  const c = clone(original)
  const chosen = []
  for (const one of classes) {
    if (await one.rewrite(c, peer)) chosen.push(one)
  }
  return chosen
}

// One class, else two, else all that change anything.
async function* candidates(original, peer) {
  for (const one of classes) yield [one]
  for (const [i, one] of classes.entries()) {
    for (const two of classes.slice(i + 1)) yield [one, two]
  }
  yield await allThatChange(original, peer)
}

async function classify(original, ours, peer) {
  for await (const chosen of candidates(original, peer)) {
    const c = await rewritten(original, chosen, peer)
    if (c && (await peer.decide(c)).decision === ours) {
      return chosen.map((one) => one.id).join(' + ')
    }
  }
  return null
}

class Comparison {
  constructor(peer) {
    this.peer = peer
    this.requests = 0
    this.same = new Map()
    this.skipped = new Map()
    this.classified = new Map()
    this.unclassified = 0
  }

  async add(world, { request, decision }) {
    this.requests += 1
    const c = translate(world, request)
    const reason = decision === 'error' ? 'refused by us' : skipReason(c)
    if (reason) return count(this.skipped, reason)
    const answer = await this.peer.decide(c)
    if (answer.error) return this.show(world, request, decision, answer.error)
    if (answer.decision === decision) return count(this.same, decision)
    const found = await classify(c, decision, this.peer)
    if (found) return count(this.classified, found)
    this.show(world, request, decision, answer.decision)
  }

  // Printed as a case file, for `portcullis test` and `explain`.
  show(world, request, ours, theirs) {
    this.unclassified += 1
    if (this.unclassified > SHOWN) return
    console.log(`unclassified: ours ${ours}, theirs ${theirs}`)
    const requests = [{ name: 'request', ...request }]
    console.log(JSON.stringify([{ name: 'peer', policySet: world, requests }]))
  }

  report() {
    const table = (title, counts) => {
      console.log(`${title}:`)
      const rows = [...counts].sort((a, b) => b[1] - a[1])
      for (const [name, n] of rows) {
        console.log(`  ${String(n).padStart(8)} ${name}`)
      }
    }
    table('same decision', this.same)
    table('skipped', this.skipped)
    table('differences by class', this.classified)
    console.log(
      `${this.requests} requests, ${this.compared()} compared, ` +
        `${this.unclassified} unclassified differences`
    )
  }

  compared() {
    return sum(this.same) + sum(this.classified) + this.unclassified
  }
}

// Every class has its row in the documentation.
function undocumented(text) {
  return classes.filter(({ id }) => !text.includes(`| \`${id}\` |`))
}

async function main([entry, docs]) {
  if (!entry || !docs) return 2
  for (const { id } of undocumented(readFileSync(docs, 'utf8'))) {
    console.log(`class ${id} has no row in ${docs}`)
    return 1
  }
  const library = await import(pathToFileURL(entry))
  const comparison = new Comparison(new Peer(library))
  let world
  for await (const line of createInterface({ input: process.stdin })) {
    const record = JSON.parse(line)
    if (record.policySet) world = record.policySet
    else await comparison.add(world, record)
  }
  comparison.report()
  return comparison.unclassified > 0 || comparison.compared() === 0 ? 1 : 0
}

process.exitCode = await main(process.argv.slice(2))
