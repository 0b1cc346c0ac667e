// classes.mjs -- the known kinds of differences. Each is a rewriting of a case
// that AWS's documentation says changes nothing, into a form that the other
// evaluator reads as documented. A difference belongs to a class when the
// rewritten case has our decision; docs/testing.md gives the page and our
// verdict for each id.
import { allowAll, documentsOf, list, statementsOf } from './translate.mjs'

// Text that no request of a world holds.
const NOWHERE = '\u00a4'
const NO_ARN = `arn:aws:s3:::${NOWHERE}`
// A condition that never holds: nobody supplies the key.
const NEVER = { StringEquals: { 'aws:Ec2InstanceSourceVpc': 'none' } }

const truthy = (results) => results.some(Boolean)

// ---- conditions -------------------------------------------------------------

function readOperator(name) {
  const [, set, base, ifExists] =
    /^(ForAllValues:|ForAnyValue:)?(.*?)(IfExists)?$/.exec(name)
  return { set, base, ifExists, negated: base.includes('Not') }
}

const families = [
  [/^String/, 'string'],
  [/^Numeric/, 'number'],
  [/^Date/, 'date'],
  [/^Bool/, 'bool'],
  [/^Binary/, 'binary'],
  [/Ip/, 'ip'],
  [/^Arn/, 'arn'],
  [/^Null/, 'null']
]
const familyOf = (base) => families.find(([regex]) => regex.test(base))[1]

// Calls `change` for each pair; it may change the pair's values in place or
// replace the statement's whole Condition, which has one pair in our worlds.
// True when any call says so.
function changePairs(c, change) {
  return truthy(
    documentsOf(c).flatMap((document) =>
      statementsOf(document)
        .filter((statement) => statement.Condition)
        .map((statement) => {
          const [[name, keys]] = Object.entries(statement.Condition)
          const [[key, values]] = Object.entries(keys)
          const operator = readOperator(name)
          return change({
            document,
            statement,
            name,
            key,
            values: list(values),
            given: c.context[key],
            family: familyOf(operator.base),
            ...operator
          })
        })
    )
  )
}

function setPair(pair, values, key = pair.key) {
  pair.statement.Condition = { [pair.name]: { [key]: values } }
  return true
}

// Rewrites the texts of one family in policies and in the request.
function changeTexts(c, family, convert) {
  const keys = new Set()
  const policies = changePairs(c, (pair) => {
    if (pair.family !== family) return false
    keys.add(pair.key)
    const values = pair.values.flatMap(convert)
    if (values.join('\n') === pair.values.join('\n')) return false
    return setPair(pair, values)
  })
  const requests = [...keys].map((key) => {
    const given = c.context[key]
    if (given === undefined) return false
    const values = list(given).flatMap(convert)
    if (values.join('\n') === list(given).join('\n')) return false
    c.context[key] = Array.isArray(given) ? values : values[0]
    return true
  })
  return policies || truthy(requests)
}

// ---- values -----------------------------------------------------------------

const isNumber = (text) =>
  /^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$/.test(text)
const isDate = (text) =>
  /^-?[0-9]+$/.test(text) || /^[0-9]{4}-[0-9]{2}(-[0-9]{2}.*)?$/.test(text)

function isoDate(text) {
  if (!isDate(text)) return text
  const instant = /^-?[0-9]+$/.test(text)
    ? new Date(Number(text) * 1000)
    : new Date(text)
  return instant.toISOString().replace('.000Z', 'Z')
}

const wellFormed = {
  number: isNumber,
  date: isDate,
  bool: (text) => /^(true|false)$/i.test(text),
  binary: (text) => /^[A-Za-z0-9+/_-]*={0,2}$/.test(text),
  ip: (text) =>
    /^[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+$/.test(text) || text.includes(':'),
  arn: (text) => text.startsWith('arn:') && text.split(':').length >= 6
}

// S-79. Lists under operators without prefix are false anyway (S-68).
function malformedValue(c, pair) {
  const ok = wellFormed[pair.family]
  if (!ok || pair.given === undefined) return false
  if (Array.isArray(pair.given) && !pair.set) return false
  const values = list(pair.given).filter(
    (v) => pair.set !== 'ForAllValues:' || v !== ''
  )
  if (values.every((text) => ok(text))) return false
  if (pair.statement.Effect === 'Deny') {
    delete pair.statement.Condition
    return true
  }
  const good = values.filter((text) => ok(text))
  if (pair.set !== 'ForAnyValue:' || good.length === 0) {
    pair.statement.Condition = NEVER
    return true
  }
  const key = `app:${pair.key.replace(/[^A-Za-z]/g, '')}Filtered`
  c.context[key] = good
  return setPair(pair, pair.values, key)
}

// S-67: an empty text is no value for ForAllValues.
function emptyTexts(c, pair) {
  if (pair.set !== 'ForAllValues:' || pair.family === 'null') return false
  if (pair.given === undefined || !list(pair.given).includes('')) return false
  if (!Array.isArray(pair.given)) return false
  const good = pair.given.filter((text) => text !== '')
  if (good.length === 0) {
    delete pair.statement.Condition
    return true
  }
  const key = `app:${pair.key.replace(/[^A-Za-z]/g, '')}NotEmpty`
  c.context[key] = good
  return setPair(pair, pair.values, key)
}

// ---- variables --------------------------------------------------------------

const VARIABLE = /\$\{([^}*?$][^},]*?)(?:,\s+'([^}]*)')?\}/g

// What a variable stands for: {kind, text}; no text when the key has no value.
function valueOf(c, key, fallback) {
  const name = Object.keys(c.context).find(
    (k) => k.toLowerCase() === key.trim().toLowerCase()
  )
  const value = c.context[name]
  if (value !== undefined && !Array.isArray(value)) {
    return { kind: value === '' ? 'empty' : 'plain', text: value }
  }
  return { kind: fallback === undefined ? 'missing' : 'default' }
}

const escaped = (text) => text.replace(/[*?$]/g, (sign) => `\${${sign}}`)

// A text with its variables of one kind replaced; null when one has no value.
function substitute(c, text, kind, escape) {
  let missing = false
  let changed = false
  const result = text.replace(VARIABLE, (whole, key, fallback) => {
    const value = valueOf(c, key, fallback)
    if (value.kind !== kind) return whole
    changed = true
    if (value.text === undefined) missing = true
    return escape(value.text ?? '')
  })
  return { text: missing ? null : result, changed }
}

function changeVariables(c, kind) {
  const active = (document) => document.Version === '2012-10-17'
  const resources = documentsOf(c)
    .filter(active)
    .flatMap(statementsOf)
    .map((statement) => changeResources(c, statement, kind))
  const values = changePairs(c, (pair) => {
    const takes = ['string', 'arn', 'bool'].includes(pair.family)
    if (!takes || !active(pair.document)) return false
    const globs = pair.base.includes('Like') || pair.family === 'arn'
    const results = pair.values.map((value) =>
      substitute(c, value, kind, globs ? escaped : (text) => text)
    )
    if (!truthy(results.map((result) => result.changed))) return false
    const never = pair.family === 'arn' ? NO_ARN : NOWHERE
    return setPair(
      pair,
      results.map((result) => result.text ?? never)
    )
  })
  return truthy(resources) || values
}

// S-46, S-56
function changeResources(c, statement, kind) {
  const member = statement.NotResource ? 'NotResource' : 'Resource'
  if (!statement[member]) return false
  const results = list(statement[member]).map((pattern) =>
    substitute(c, pattern, kind, escaped)
  )
  if (!truthy(results.map((result) => result.changed))) return false
  const unusable = results.some((result) => result.text === null)
  if (!unusable || member === 'Resource') {
    statement[member] = results.map((result) => result.text ?? NO_ARN)
    return true
  }
  statement.NotResource = NO_ARN
  if (statement.Effect === 'Allow') statement.Condition = NEVER
  return true
}

// S-54: substituted outside the last part too (project default K17). The colons
// of the variable itself do not split the ARN.
function earlyVariables(c) {
  const pattern = /^((?:[^:$]*:){1,4}[^:$]*)\$\{aws:PrincipalAccount\}/
  const account = c.context['aws:PrincipalAccount']
  return changePatterns(c, (text) =>
    text.replace(pattern, (_, before) => before + (account ?? NOWHERE))
  )
}

// S-42: a short pattern with a wildcard, padded to six parts.
function shortArns(c) {
  return changePatterns(c, (text) => {
    const parts = text.split(':')
    const short = parts[0] === 'arn' && parts.length < 6 && text.includes('*')
    if (!short) return text
    return [...parts, ...Array(6 - parts.length).fill('*')].join(':')
  })
}

function changePatterns(c, change) {
  return truthy(
    documentsOf(c)
      .flatMap(statementsOf)
      .map((statement) => {
        const member = statement.NotResource ? 'NotResource' : 'Resource'
        if (!statement[member]) return false
        const before = list(statement[member])
        const after = before.map(change)
        statement[member] = after
        return after.some((text, i) => text !== before[i])
      })
  )
}

// S-97: a root ARN of another partition names nobody of this one.
function otherPartition(c) {
  const before = JSON.stringify(c)
  const after = before.replaceAll(
    'arn:aws-cn:iam::111111111111:root',
    'arn:aws:iam::999999999999:user/nobody'
  )
  Object.assign(c, JSON.parse(after))
  return after !== before
}

// ---- callers ----------------------------------------------------------------

const keepDenies = (documents) =>
  documents.map((document) => ({
    ...document,
    Statement: statementsOf(document).filter((s) => s.Effect === 'Deny')
  }))

const withoutEmpty = (documents) =>
  documents.filter((document) => document.Statement.length > 0)

// Allow statements of the resource policy that grant to the caller itself.
function directGrants(c) {
  const direct = (entry) => entry === '*' || entry === c.caller.arn
  return statementsOf(c.resourcePolicy).filter((statement) => {
    if (statement.Effect !== 'Allow') return false
    const { Principal, NotPrincipal } = statement
    if (NotPrincipal) return true
    return Principal === '*' || list(Principal.AWS ?? []).some(direct)
  })
}

// S-104 to S-106: a session policy that is silent does not take away what the
// resource policy grants to the session itself.
async function directGrantToSession(c, peer) {
  const session = ['role', 'federated'].includes(c.caller.kind)
  if (!session || c.session.length === 0 || !c.resourcePolicy) return false
  if (c.caller.account !== c.owner) return false
  const grants = directGrants(c)
  if (grants.length === 0) return false
  const alone = {
    ...c,
    identity: [],
    boundary: undefined,
    session: [],
    resourcePolicy: { ...c.resourcePolicy, Statement: grants }
  }
  if ((await peer.decide(alone)).decision !== 'allowed') return false
  const version = c.session[0].Version
  c.session = [
    ...keepDenies(c.session),
    { ...allowAll(), Version: version }
  ]
  return true
}

const isRootFederated = (c) =>
  c.caller.kind === 'federated' && c.caller.entity.endsWith(':root')

function rootGrant(c) {
  if (c.caller.kind !== 'root' && !isRootFederated(c)) return false
  if (isRootFederated(c) && c.session.length === 0) return false
  c.identity = [allowAll()]
  return true
}

function rootAssumesRole(c) {
  const root = c.caller.kind === 'root' || isRootFederated(c)
  if (!root || c.action !== 'sts:AssumeRole') return false
  c.identity = []
  c.resourcePolicy = undefined
  return true
}

function federatedName(c) {
  if (c.caller.kind !== 'federated') return false
  const parent = c.caller.entity.split('/').pop()
  const text = JSON.stringify(c)
  const renamed = text.replaceAll(
    'federated-user/carol',
    `federated-user/${parent}`
  )
  Object.assign(c, JSON.parse(renamed))
  return renamed !== text
}

function federatedWithoutSession(c) {
  if (c.caller.kind !== 'federated' || c.session.length > 0) return false
  c.identity = withoutEmpty(keepDenies(c.identity))
  return true
}

// S-97, S-108: a provider's caller belongs to no account.
function providerAccount(c) {
  if (c.caller.kind !== 'provider' || !c.resourcePolicy) return false
  const before = JSON.stringify(c.resourcePolicy)
  const after = before
    .replaceAll(`"arn:aws:iam::${c.owner}:root"`, `"${c.owner}"`)
    .replaceAll(`"${c.owner}"`, '"arn:aws:iam::999999999999:user/nobody"')
  c.resourcePolicy = JSON.parse(after)
  return after !== before
}

// S-110: without a trust or key policy nothing is granted.
function needsResourcePolicy(c) {
  const role = /:iam::[0-9]*:role\//.test(c.resource) && /^sts:/.test(c.action)
  const key = /:kms:.*:key\//.test(c.resource)
  if (c.resourcePolicy || !(role || key)) return false
  c.resourcePolicy = {
    Version: '2012-10-17',
    Statement: [
      {
        Effect: 'Allow',
        Principal: { AWS: 'arn:aws:iam::999999999999:user/nobody' },
        Action: 'sts:AssumeRole'
      }
    ]
  }
  return true
}

// ---- documents --------------------------------------------------------------

// S-50: `${` is ordinary text in them.
function oldVersion(c) {
  return truthy(
    documentsOf(c)
      .filter((document) => document.Version === '2008-10-17')
      .map((document) => {
        const text = JSON.stringify(document)
        if (!text.includes('${')) return false
        const plain = text.replaceAll('${', `${NOWHERE}{`)
        Object.assign(document, JSON.parse(plain))
        return true
      })
  )
}

function emptyLists(c) {
  const empty = Object.keys(c.context).filter(
    (key) => Array.isArray(c.context[key]) && c.context[key].length === 0
  )
  for (const key of empty) delete c.context[key]
  return empty.length > 0
}

// S-78: a pattern that is no ARN, or becomes none, matches no value.
function arnPatterns(c) {
  return changePairs(c, (pair) => {
    if (pair.family !== 'arn') return false
    const isArn = (text) => {
      const plain = substitute(c, text, 'plain', escaped).text
      return plain.startsWith('${') || wellFormed.arn(plain)
    }
    if (pair.values.every(isArn)) return false
    return setPair(
      pair,
      pair.values.map((text) => (isArn(text) ? text : NO_ARN))
    )
  })
}

// S-77: without a length it is the one address.
const withLength = (text) =>
  /^[0-9.]+$/.test(text) && wellFormed.ip(text) ? `${text}/32` : text

function bareAddresses(c) {
  return changePairs(c, (pair) => {
    const values = pair.values.map(withLength)
    if (pair.family !== 'ip' || values.every((v, i) => v === pair.values[i])) {
      return false
    }
    return setPair(pair, values)
  })
}

// Two halves are the same as the whole.
const allAddresses = (text) =>
  text === '0.0.0.0/0' ? ['0.0.0.0/1', '128.0.0.0/1'] : [text]

const base64 = (text) =>
  wellFormed.binary(text)
    ? Buffer.from(text, 'base64').toString('base64')
    : text

export const classes = [
  { id: 'old-version', rewrite: oldVersion },
  { id: 'variable-missing', rewrite: (c) => changeVariables(c, 'missing') },
  { id: 'variable-empty', rewrite: (c) => changeVariables(c, 'empty') },
  { id: 'variable-early', rewrite: earlyVariables },
  { id: 'short-arn', rewrite: shortArns },
  { id: 'other-partition', rewrite: otherPartition },
  { id: 'all-addresses', rewrite: (c) => changeTexts(c, 'ip', allAddresses) },
  { id: 'bare-address', rewrite: bareAddresses },
  { id: 'arn-pattern', rewrite: arnPatterns },
  { id: 'dates', rewrite: (c) => changeTexts(c, 'date', isoDate) },
  {
    id: 'numbers',
    rewrite: (c) =>
      changeTexts(c, 'number', (t) => (isNumber(t) ? String(Number(t)) : t))
  },
  { id: 'base64', rewrite: (c) => changeTexts(c, 'binary', base64) },
  {
    id: 'malformed-value',
    rewrite: (c) => changePairs(c, (pair) => malformedValue(c, pair))
  },
  {
    id: 'empty-text-in-list',
    rewrite: (c) => changePairs(c, (pair) => emptyTexts(c, pair))
  },
  { id: 'empty-list', rewrite: emptyLists },
  { id: 'direct-grant-to-session', rewrite: directGrantToSession },
  { id: 'root-user', rewrite: rootGrant },
  { id: 'root-assumes-role', rewrite: rootAssumesRole },
  { id: 'federated-name', rewrite: federatedName },
  { id: 'federated-without-session', rewrite: federatedWithoutSession },
  { id: 'provider-account', rewrite: providerAccount },
  { id: 'needs-resource-policy', rewrite: needsResourcePolicy }
]
