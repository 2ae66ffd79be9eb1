-- title: 人均车均费用 Unit costs
-- about: What a journey, a vehicle, a guest, a meeting or a member of the staff costs: money of a document ÷ the number that its text or its statistics state.
-- about: A number that is told twice with different values is not used. Guests are those of all public reception, else those from home and from abroad together.
-- about: Vehicles are those kept on fiscal money (公务用车保有量), else all that the department owns (共有车辆); `counted` says which. Staff is basic expenditure of the general public budget.
-- param: department VARCHAR from=department | part of the department's name or an alias
-- param: region VARCHAR from=region | part of the region's name
-- param: year INTEGER from=year | fiscal year
-- column: department | – | name of the department (部门)
-- column: region | – | region (地区)
-- column: kind | – | budget (预算) or final_account (决算)
-- column: scope | – | department (部门) or unit (单位)
-- column: fiscal_year | – | fiscal year (年度)
-- column: measure | – | identifier of the unit cost
-- column: label | – | unit cost (指标)
-- column: amount | 元 | money, of the table, else of the narrative
-- column: counted | – | identifier of what is counted, a subject of `stated`
-- column: count | – | number that is stated
-- column: unit_cost | 元/个 | amount ÷ count; NULL where nothing is counted
-- column: prior_unit_cost | 元/个 | the same of the year directly before
-- column: growth_pct | % | change ÷ prior_unit_cost
-- main: fiscal_year label unit_cost
-- chart: line fiscal_year unit_cost label
-- example: unit_costs 办公室
CREATE OR REPLACE MACRO unit_costs(department := NULL, region := NULL, year := NULL) AS TABLE
WITH d AS (
  SELECT d.document_id, d.department_id, d.department, d.region, d.kind, d.scope, d.fiscal_year, own_stage(d.kind) AS stage
  FROM current_document d
  WHERE has_name(d.names, department) AND has_name([d.region], region)),
told AS (
  SELECT s.document_id, s.subject, min(s.count) AS count
  FROM stated s JOIN d ON d.document_id = s.document_id
  WHERE s.count IS NOT NULL
  GROUP BY s.document_id, s.subject HAVING min(s.count) = max(s.count)),
spoken AS (
  SELECT s.document_id, s.subject AS item, arg_min(s.amount, s.stated_id) AS amount
  FROM stated s JOIN d ON d.document_id = s.document_id
  WHERE s.amount IS NOT NULL
  GROUP BY s.document_id, s.subject),
-- 外事接待 is a part of the reception at home, but where the amounts of both add up to all of it
beside_home AS (
  SELECT w.document_id FROM spoken w
  JOIN spoken h ON h.document_id = w.document_id AND h.item = 'domestic_reception'
  JOIN spoken a ON a.document_id = w.document_id AND a.item = 'foreign_affairs_reception'
  WHERE w.item = 'reception' AND a.amount > 0 AND w.amount = h.amount + a.amount),
numbers AS (
  SELECT t.document_id, t.subject AS counted, t.subject AS counts, t.count,
         CASE t.subject WHEN 'vehicles' THEN 2 ELSE 1 END AS choice
  FROM told t
  UNION ALL  -- guests from home and from abroad
  SELECT t.document_id, t.subject, replace(t.subject, 'domestic_', ''), CAST(t.count + coalesce(o.count, 0) + coalesce(a.count, 0) AS BIGINT), 2
  FROM told t LEFT JOIN told o ON o.document_id = t.document_id AND o.subject = replace(t.subject, 'domestic_', 'overseas_')
  LEFT JOIN told a ON a.document_id = t.document_id AND a.subject = replace(t.subject, 'domestic_reception_', 'foreign_affairs_')
    AND a.document_id IN (SELECT b.document_id FROM beside_home b)
  WHERE t.subject LIKE 'domestic\_%' ESCAPE '\'),
money AS (
  SELECT f.document_id, coalesce(CAST(f.item AS VARCHAR), 'basic') AS item, arg_min(f.amount, total_first(f.role, f.cell_id)) AS amount
  FROM fact f JOIN d ON d.document_id = f.document_id AND d.stage = f.stage
  WHERE coalesce(f.role, 'detail'::role) <> 'of_which'::role
    AND (f.table_kind = 'three_public'::table_kind AND f.item IS NOT NULL
      OR f.table_kind = 'general_public_basic_expenditure'::table_kind AND f.role = 'total'::role AND f.nature = 'basic'::nature AND f.item IS NULL)
  GROUP BY ALL),
measures AS (
  SELECT * FROM (VALUES
    (1, 'abroad_per_group', '出国费用/团组', 'abroad', 'abroad_groups'),
    (2, 'abroad_per_visit', '出国费用/人次', 'abroad', 'abroad_visits'),
    (3, 'purchase_per_vehicle', '公务用车购置费/辆', 'vehicle_purchase', 'vehicles_purchased'),
    (4, 'running_per_vehicle', '公务用车运行费/辆', 'vehicle_running', 'vehicles_kept'),
    (4, 'running_per_vehicle', '公务用车运行费/辆', 'vehicle_running', 'vehicles'),
    (5, 'reception_per_batch', '公务接待费/批次', 'reception', 'reception_batches'),
    (6, 'reception_per_guest', '公务接待费/人次', 'reception', 'reception_guests'),
    (7, 'meeting_per_participant', '会议费/人次', 'meeting', 'meeting_participants'),
    (8, 'training_per_trainee', '培训费/人次', 'training', 'trainees'),
    (9, 'basic_per_staff', '基本支出/人', 'basic', 'staff')) m(place, measure, label, item, counts)),
costs AS (
  SELECT d.*, m.place, m.measure, m.label, coalesce(p.amount, s.amount) AS amount, n.counted, n.count,
         CAST(round(coalesce(p.amount, s.amount) / nullif(n.count, 0), 2) AS DECIMAL(18,2)) AS unit_cost
  FROM numbers n JOIN d ON d.document_id = n.document_id JOIN measures m ON m.counts = n.counts
  LEFT JOIN money p ON p.document_id = n.document_id AND p.item = m.item
  LEFT JOIN spoken s ON s.document_id = n.document_id AND s.item = m.item
  WHERE coalesce(p.amount, s.amount) IS NOT NULL
  QUALIFY row_number() OVER (PARTITION BY d.document_id, m.measure ORDER BY n.choice) = 1)
SELECT c.department, c.region, c.kind, c.scope, c.fiscal_year, c.measure, c.label, c.amount, c.counted, c.count, c.unit_cost,
       b.unit_cost AS prior_unit_cost, percent_of(c.unit_cost - b.unit_cost, b.unit_cost) AS growth_pct
FROM costs c
LEFT JOIN costs b ON b.department_id = c.department_id AND b.kind = c.kind AND b.scope = c.scope AND b.fiscal_year = c.fiscal_year - 1
  AND b.measure = c.measure AND b.counted = c.counted
WHERE year IS NULL OR c.fiscal_year = year
ORDER BY c.department, c.region, c.kind, c.scope, c.fiscal_year, c.place;
COMMENT ON MACRO TABLE unit_costs IS 'Unit costs by journey, vehicle, guest, staff (人均车均费用)';
